{# A stored view must not name the attached database, or it would open only under that name. #}
{% macro ref() %}
    {%- do return(builtins.ref(*varargs, **kwargs).include(database=false)) -%}
{% endmacro %}

{% macro source() %}
    {%- do return(builtins.source(*varargs).include(database=false)) -%}
{% endmacro %}
