{# Schemas have the names of the folders, without the target's prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ schema_of_run(custom_schema_name if custom_schema_name else target.schema) }}
{%- endmacro %}

{# The name of a schema where the run is not alone in its database. #}
{% macro schema_of_run(name) -%}
    {{ return(adapter.dispatch('schema_of_run')(name)) }}
{%- endmacro %}

{% macro default__schema_of_run(name) -%}
    {{ return(name) }}
{%- endmacro %}
