{# Values of the policy as SQL literals. This is the only place that quotes: a value that is not of
   its kind is refused, and nothing that a person wrote is ever taken for SQL. #}

{% macro literal(value, kind) -%}
    {%- set form = {
        'number': '-?[0-9]{1,20}([.][0-9]{1,20})?',
        'day': '[0-9]{4}-[0-9]{2}-[0-9]{2}',
        'bool': 'true|false',
    }.get(kind, '') -%}
    {%- if form and not modules.re.fullmatch(form, value) -%}
        {{ exceptions.raise_compiler_error('no ' ~ kind ~ ': ' ~ value) }}
    {%- endif -%}
    {%- if kind == 'number' -%}
        cast('{{ value }}' as decimal(38, 10))
    {%- elif kind == 'day' -%}
        cast('{{ value }}' as date)
    {%- elif kind == 'bool' -%}
        {{ value }}
    {%- else -%}
        {{ adapter.dispatch('text_literal')(value) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__text_literal(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}

{# Spark reads a backslash in a text as the beginning of another character, and two quotes as two
   texts. #}
{% macro spark__text_literal(value) -%}
    '{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}
