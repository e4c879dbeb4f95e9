{# Text and landed records for Spark; the dispatchers say what each macro means. r'' is a text whose
   backslashes are backslashes. #}

{% macro spark__trimmed(text) -%}
    regexp_replace({{ text }}, r'^\p{Zs}+|\p{Zs}+$', '')
{%- endmacro %}

{% macro spark__has_form(text, pattern) -%}
    ({{ text }} rlike r'^(?:{{ pattern }})\z')
{%- endmacro %}

{# Spark's own listagg fails next to a count of distinct values. Nulls come last in the order, and
   no text at all gives null. #}
{% macro spark__joined(text, order_by, separator=', ') -%}
    {%- if text.startswith('distinct ') -%}
        {%- set value = text[9:] -%}
        case
            when count({{ value }}) > 0
                then array_join(sort_array(collect_set({{ value }})), '{{ separator }}')
        end
    {%- else -%}
        case
            when count({{ text }}) > 0
                then array_join(
                    transform(
                        sort_array(collect_list(case when {{ text }} is not null then struct(
                            {% for key in order_by.split(', ') -%}
                            {{ key }} is null as absent{{ loop.index }},
                            {{ key }} as key{{ loop.index }},
                            {% endfor -%}
                            {{ text }} as joined_text
                        ) end)),
                        entry -> entry.joined_text
                    ),
                    '{{ separator }}'
                )
        end
    {%- endif -%}
{%- endmacro %}

{% macro spark__plain_number(number) -%}
    trim(trailing '.' from trim(trailing '0' from cast(cast({{ number }} as decimal(38, 4)) as string)))
{%- endmacro %}

{% macro spark__split_items(text) -%}
    lateral (
        select split.position + 1 as position, split.item
        from (select posexplode(split({{ text }}, ',')) as (position, item)) as split
    )
{%- endmacro %}

{% macro spark__sorted_list(text) -%}
    sort_array(collect_set({{ text }}))
{%- endmacro %}

{% macro spark__member_text(body, name) -%}
    get_json_object({{ body }}, '$.{{ name }}')
{%- endmacro %}

{% macro spark__member_items(body, name) -%}
    lateral (
        select explode(
            case
                when coalesce(json_array_length(get_json_object({{ body }}, '$.{{ name }}')), 0) = 0
                    then array(cast(null as string))
                else from_json(get_json_object({{ body }}, '$.{{ name }}'), 'array<string>')
            end
        ) as item
    )
{%- endmacro %}
