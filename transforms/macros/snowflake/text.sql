{# Text and landed records for Snowflake; the dispatchers say what each macro means. #}

{# Every space of Unicode, as the other engines trim them; fakesnow drops them without the cast. #}
{% macro snowflake__trimmed(text) -%}
    {%- set first = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006" -%}
    {%- set others = "\u2007\u2008\u2009\u200a\u202f\u205f\u3000" -%}
    trim(cast({{ text }} as string), '{{ first ~ others }}')
{%- endmacro %}

{# A pattern always applies to the whole text. #}
{% macro snowflake__has_form(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# No text at all would be an empty one. #}
{% macro snowflake__joined(text, order_by, separator=', ') -%}
    {%- set value = text[9:] if text.startswith('distinct ') else text -%}
    case
        when count({{ value }}) > 0
            then listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
    end
{%- endmacro %}

{% macro snowflake__plain_number(number) -%}
    regexp_replace(cast(cast({{ number }} as decimal(38, 4)) as string), '[.]?0+$', '')
{%- endmacro %}

{% macro snowflake__split_items(text) -%}
    lateral flatten(input => split({{ text }}, ','))
{%- endmacro %}

{% macro snowflake__item_of(items) -%}
    cast({{ items }}.value as string)
{%- endmacro %}

{% macro snowflake__position_of(items) -%}
    ({{ items }}.index + 1)
{%- endmacro %}

{% macro snowflake__sorted_list(text) -%}
    array_agg(distinct {{ text }}) within group (order by {{ text }})
{%- endmacro %}

{% macro snowflake__member_text(body, name) -%}
    json_extract_path_text({{ body }}, '{{ name }}')
{%- endmacro %}

{% macro snowflake__member_items(body, name) -%}
    lateral flatten(input => get_path(parse_json({{ body }}), '{{ name }}'), outer => true)
{%- endmacro %}

{# A backslash begins an escape sequence here. #}
{% macro snowflake__text_literal(value) -%}
    '{{ value | string | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}
