{# Text and landed records for DuckDB; the dispatchers say what each macro means. #}

{% macro duckdb__has_form(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro duckdb__plain_number(number) -%}
    rtrim(rtrim(cast(cast({{ number }} as decimal(38, 4)) as string), '0'), '.')
{%- endmacro %}

{% macro duckdb__split_items(text) -%}
    lateral (
        select
            generate_subscripts(string_split({{ text }}, ','), 1) as position,
            unnest(string_split({{ text }}, ',')) as item
    )
{%- endmacro %}

{% macro duckdb__sorted_list(text) -%}
    coalesce(
        list(distinct {{ text }} order by {{ text }}) filter (where {{ text }} is not null), []
    )
{%- endmacro %}

{% macro duckdb__member_text(body, name) -%}
    json_extract_string({{ body }}, '$.{{ name }}')
{%- endmacro %}

{% macro duckdb__member_items(body, name) -%}
    lateral (
        select unnest(
            case
                when coalesce(json_array_length(json_extract({{ body }}, '$.{{ name }}')), 0) = 0
                    then [null]
                else cast(json_extract({{ body }}, '$.{{ name }}') as json [])
            end
        ) as item
    )
{%- endmacro %}

{% macro duckdb__trimmed(text) -%}
    trim({{ text }})
{%- endmacro %}
