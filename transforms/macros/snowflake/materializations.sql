{# One statement per model, in schemas that were empty when the run began; one that the driver sends
   twice replaces its own. Contracts are checked when the rows are read back (orchestration/
   engines). A transient table has no history that outlives it. #}

{% materialization table, adapter='snowflake' %}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        create or replace transient table {{ target }} as
        {{ in_snowflakes_words(compiled_code) }}
    {%- endcall %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='snowflake' %}
    {%- set target = this.incorporate(type='view') -%}
    {% call statement('main') -%}
        create or replace view {{ target }} as
        {{ in_snowflakes_words(compiled_code) }}
    {%- endcall %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Functions that Snowflake has under another name; its `least` of a null is null. #}
{% macro in_snowflakes_words(sql) -%}
    {%- set words = {
        'least': 'least_ignore_nulls',
        'greatest': 'greatest_ignore_nulls',
        'bool_and': 'booland_agg',
        'bool_or': 'boolor_agg',
    } -%}
    {%- set renamed = namespace(sql=sql) -%}
    {%- for name, other in words.items() -%}
        {%- set renamed.sql = modules.re.sub('\\b' ~ name ~ '\\(', other ~ '(', renamed.sql) -%}
    {%- endfor -%}
    {{ return(renamed.sql) }}
{%- endmacro %}

{# The run's schemas share the database with others, so their names have a common beginning. #}
{% macro snowflake__schema_of_run(name) -%}
    {{ return(env_var('PLUMBLINE_SNOWFLAKE_RUN', 'plumbline') ~ '_' ~ name) }}
{%- endmacro %}

{% macro snowflake__placed(relation) %}
    {%- do return(relation.replace_path(schema=schema_of_run(relation.schema))) -%}
{% endmacro %}
