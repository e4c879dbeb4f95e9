{# A stored view must not name the attached database, or it would open only under that name. #}
{% macro ref() %}
    {%- do return(builtins.ref(*varargs, **kwargs).include(database=false)) -%}
{% endmacro %}

{% macro source() %}
    {%- do return(placed(builtins.source(*varargs).include(database=false))) -%}
{% endmacro %}

{# A source in the schema that holds it. #}
{% macro placed(relation) %}
    {%- do return(adapter.dispatch('placed')(relation)) -%}
{% endmacro %}

{% macro default__placed(relation) %}
    {%- do return(relation) -%}
{% endmacro %}
