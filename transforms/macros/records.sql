{# Members of a landed JSON record, by name; what is DuckDB's own stands here. #}

{% macro member_text(body, name) -%}
    json_extract_string({{ body }}, '$.{{ name }}')
{%- endmacro %}

{% macro member_is_true(body, name) -%}
    coalesce(json_extract_string({{ body }}, '$.{{ name }}') = 'true', false)
{%- endmacro %}

{# A lateral table (item) of a member's elements; one null where it has none. #}
{% macro member_items(body, name) -%}
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
