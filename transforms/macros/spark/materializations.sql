{# One parquet table per model, in a folder of this run that the warehouse then reads: the folder is
   empty when a run begins, so nothing is replaced. Contracts are checked when the rows are read
   back (orchestration/engines). #}

{% materialization table, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('drop') -%}
        drop table if exists {{ target }}
    {%- endcall %}
    {% call statement('main') -%}
        create table {{ target }} using parquet
        location '{{ spark_place("models", target.schema, target.identifier) }}' as
        {{ compiled_code }}
    {%- endcall %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Where a table's files are: the engine's folder, then these names. #}
{% macro spark_place() -%}
    {{ env_var('PLUMBLINE_SPARK_FOLDER') }}/{{ varargs | join('/') }}
{%- endmacro %}

{# The tables that the warehouse exported for the models, (schema, name) each, as Spark's tables. #}
{% macro register_sources(tables) %}
    {%- for schema, name in tables %}
        {%- set table = schema ~ '.' ~ name -%}
        {%- do run_query('create schema if not exists ' ~ schema) -%}
        {%- do run_query('drop table if exists ' ~ table) -%}
        {%- do run_query(
            'create table ' ~ table ~ ' using parquet location '
            ~ "'" ~ spark_place('sources', schema, name) ~ "'"
        ) -%}
    {%- endfor %}
{% endmacro %}
