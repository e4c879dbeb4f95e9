{# When two records are the same end customer (semantics 7). Each side has `id`, `domain`
   (registrable and usable, else null), `name` (normalised) and `country` (null where not given).
   One row for each pair that is the `same`, or a `possible` match that a person decides. #}
{% macro customer_matches(left_side, right_side) -%}
(
    -- Two usable domains: the same if and only if they are equal.
    select
        one.id as left_id,
        other.id as right_id,
        'same' as match
    from {{ left_side }} as one
    inner join {{ right_side }} as other
        on one.domain = other.domain
    union all
    -- Equal names say so only where no domain is usable and both countries are given and equal.
    select
        one.id as left_id,
        other.id as right_id,
        case
            when one.domain is null and other.domain is null and one.country = other.country
                then 'same'
            else 'possible'
        end as match
    from {{ left_side }} as one
    inner join {{ right_side }} as other
        on one.name = other.name
        and (one.domain is null or other.domain is null)
)
{%- endmacro %}
