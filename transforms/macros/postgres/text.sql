{# Text and landed records for Postgres; the dispatchers say what each macro means. #}

{# Every space of Unicode, as the other engines trim them. #}
{% macro postgres__trimmed(text) -%}
    btrim(
        {{ text }},
        U&' \00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\202F\205F\3000'
    )
{%- endmacro %}

{% macro postgres__has_form(text, pattern) -%}
    ({{ text }} ~ '^(?:{{ pattern }})$')
{%- endmacro %}

{% macro postgres__plain_number(number) -%}
    cast(trim_scale(cast({{ number }} as decimal(38, 4))) as text)
{%- endmacro %}

{# An empty text has one item, which is empty. #}
{% macro postgres__split_items(text) -%}
    lateral (
        select split.position, split.item
        from unnest(
            case when {{ text }} = '' then array[''] else string_to_array({{ text }}, ',') end
        ) with ordinality as split (item, position)
    )
{%- endmacro %}

{% macro postgres__sorted_list(text) -%}
    coalesce(
        array_agg(distinct {{ text }} order by {{ text }}) filter (where {{ text }} is not null),
        cast('{}' as text [])
    )
{%- endmacro %}

{% macro postgres__member_text(body, name) -%}
    (cast({{ body }} as json) ->> '{{ name }}')
{%- endmacro %}

{% macro postgres__member_items(body, name) -%}
    lateral (
        select json_array_elements(
            case
                when json_typeof(cast({{ body }} as json) -> '{{ name }}') = 'array'
                    and json_array_length(cast({{ body }} as json) -> '{{ name }}') > 0
                    then cast({{ body }} as json) -> '{{ name }}'
                else cast('[null]' as json)
            end
        ) as item
    )
{%- endmacro %}

{# `distinct on` requires its key at the head of the order. #}
{% macro postgres__first_of_each(rows, key, order_by) -%}
    select distinct on ({{ key }}) {{ rows[6:] }}
    order by {{ key }}, {{ order_by }}
{%- endmacro %}
