{# When two records are the same end customer (semantics 7). Each side has `id`, `same_key` (equal
   for records that are certainly the same customer, null for those that certainly match nobody) and
   `name` (normalised). One row for each pair that is the `same`, or a `possible` match, which a
   person decides: equal names, two different usable domains included. Both joins are on equality,
   so that the result grows only with the matches. #}
{% macro customer_matches(left_side, right_side) -%}
(
    {%- for match, is_match in [
        ('same', 'one.same_key = other.same_key'),
        ('possible', 'one.name = other.name and (one.same_key <> other.same_key'
            ~ ' or one.same_key is null or other.same_key is null)'),
    ] %}
    select
        one.id as left_id,
        other.id as right_id,
        '{{ match }}' as match
    from {{ left_side }} as one
    inner join {{ right_side }} as other
        on {{ is_match }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{# What two records of a match have in common, for a proof; `one` is a row of either. #}
{% macro shared_by(match, one) -%}
    case
        when {{ match }} = 'same' and {{ one }}.domain is not null then 'domain ' || {{ one }}.domain
        when {{ match }} = 'same' then 'name ' || {{ one }}.name || ' in ' || {{ one }}.country
        else 'name ' || {{ one }}.name
    end
{%- endmacro %}

{# Where a row was landed from, as a proof writes it: file and cell, else file and row. #}
{% macro place_text(file, row, cell) -%}
    {{ file }} || coalesce(', ' || {{ cell }}, ', row ' || cast({{ row }} as string), '')
{%- endmacro %}
