{# Text behind macros, where engines differ: each engine's own way is in its folder. #}

{# A text without the spaces around it, whatever kind of space. #}
{% macro trimmed(text) -%}
    {{ adapter.dispatch('trimmed')(text) }}
{%- endmacro %}

{# Whether the whole text has a form, given as a regular expression. #}
{% macro has_form(text, pattern) -%}
    {{ adapter.dispatch('has_form')(text, pattern) }}
{%- endmacro %}

{# Texts of a group joined in an order, the same on every run. #}
{% macro joined(text, order_by, separator=', ') -%}
    {{ adapter.dispatch('joined')(text, order_by, separator) }}
{%- endmacro %}

{# Nulls are not part of the text, and sorting them costs as much as sorting texts. #}
{% macro default__joined(text, order_by, separator=', ') -%}
    {%- set value = text[9:] if text.startswith('distinct ') else text -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
        filter (where {{ value }} is not null)
{%- endmacro %}

{# A number without trailing zeros, as a sentence shows it. #}
{% macro plain_number(number) -%}
    {{ adapter.dispatch('plain_number')(number) }}
{%- endmacro %}

{# `1 call`, `2 calls`: a whole number and what is counted. #}
{% macro counted(number, one, many) -%}
    cast({{ number }} as string) || case when {{ number }} = 1 then ' {{ one }}' else ' {{ many }}' end
{%- endmacro %}

{# A lateral table of a text's items, separated by commas; `item_of` is an item and `position_of`
   its place. #}
{% macro split_items(text) -%}
    {{ adapter.dispatch('split_items')(text) }}
{%- endmacro %}

{# The item that a row of such a table holds. #}
{% macro item_of(items) -%}
    {{ adapter.dispatch('item_of')(items) }}
{%- endmacro %}

{% macro default__item_of(items) -%}
    {{ items }}.item
{%- endmacro %}

{# The place of that item, from 1 on. #}
{% macro position_of(items) -%}
    {{ adapter.dispatch('position_of')(items) }}
{%- endmacro %}

{% macro default__position_of(items) -%}
    {{ items }}.position
{%- endmacro %}

{# The distinct values of a group as a sorted list; empty where there is none. #}
{% macro sorted_list(text) -%}
    {{ adapter.dispatch('sorted_list')(text) }}
{%- endmacro %}

{# Columns of a row as one text, separated by a slash. #}
{% macro key_text(row, columns) -%}
    {% for column in columns -%}
    cast({{ row }}.{{ column }} as string){% if not loop.last %} || '/' || {% endif %}
    {%- endfor %}
{%- endmacro %}

{# What contacts have in common that are taken for one person. Addresses land as tokens, which mean
   nothing to a reader and differ between installations; earlier publications name the addresses,
   and are computed again with them. #}
{% macro shared_address(address, before='') -%}
    case
        when {{ address }} like '%@%' then {{ address }} else '{{ before }}one e-mail address'
    end
{%- endmacro %}
