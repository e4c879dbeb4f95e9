{# Rows of a source that models are made of; none while the project is only parsed, or in a unit
   test, which gives a source its rows in no schema. #}
{% macro rows_of(relation, columns, order_by) %}
    {%- if execute and relation.schema and load_relation(relation) is not none -%}
        {%- do return(run_query(
            'select ' ~ columns ~ ' from ' ~ relation ~ ' order by ' ~ order_by
        ).rows) -%}
    {%- endif -%}
    {%- do return([]) -%}
{% endmacro %}
