{# Text behind macros, where engines differ. #}

{# Whether the whole text has a form, given as a regular expression. #}
{% macro has_form(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# Texts of a group joined in an order, the same on every run. #}
{% macro joined(text, order_by, separator=', ') -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{# A number without trailing zeros, as a sentence shows it. #}
{% macro plain_number(number) -%}
    rtrim(rtrim(cast(cast({{ number }} as decimal(38, 4)) as varchar), '0'), '.')
{%- endmacro %}

{# A lateral table (position, item) of a text's items parted by commas. #}
{% macro split_items(text) -%}
    lateral (
        select
            generate_subscripts(string_split({{ text }}, ','), 1) as position,
            unnest(string_split({{ text }}, ',')) as item
    )
{%- endmacro %}

{# The distinct values of a group as a sorted list; empty where there is none. #}
{% macro sorted_list(text) -%}
    coalesce(
        list(distinct {{ text }} order by {{ text }}) filter (where {{ text }} is not null), []
    )
{%- endmacro %}

{# Columns of a row as one text, parted by a slash. #}
{% macro key_text(row, columns) -%}
    {% for column in columns -%}
    cast({{ row }}.{{ column }} as varchar){% if not loop.last %} || '/' || {% endif %}
    {%- endfor %}
{%- endmacro %}
