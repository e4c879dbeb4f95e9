{# Policy on days that are not a period's end: what applied to a partner on the day of an event. The
   partner's own term in force that day replaces the policy's value (GUIDE-AGREEMENT). #}

{# One row for each (partner_id, day) of `days` and parameter with a value in force: `number` and
   `value` are null where two terms are in force or a term is not a value of its kind. #}
{% macro values_on_days(days, parameters) -%}
(
    select
        days.partner_id,
        days.day,
        policy.parameter,
        case
            when count(own.agreement_id) = 0 then min(policy.value)
            when count(own.agreement_id) = 1 and bool_and(own.is_of_kind) then min(own.value)
        end as value,
        case
            when count(own.agreement_id) = 0 then min(policy.number)
            when count(own.agreement_id) = 1 and bool_and(own.is_of_kind) then min(own.number)
        end as number,
        coalesce({{ joined('own.agreement_id', 'own.agreement_id') }}, 'policy') as source
    from (select distinct partner_id, day from {{ days }}) as days
    inner join {{ source('policy', 'parameter_values') }} as policy
        on policy.parameter in ('{{ parameters | join("', '") }}')
        and {{ in_force_on('policy', 'days.day') }}
    left join {{ ref('int_policy__term_spans') }} as own
        on {{ is_own_term('days', 'policy.parameter', 'days.day') }}
    group by days.partner_id, days.day, policy.parameter
)
{%- endmacro %}

{# The items of a list parameter on each (partner_id, day) of `days`; one item null where terms
   conflict, which nothing fulfils. #}
{% macro items_on_days(days, parameter) -%}
(
    select days.partner_id, days.day, lists.item
    from (select distinct partner_id, day from {{ days }}) as days
    inner join {{ source('policy', 'lists') }} as lists
        on lists.parameter = '{{ parameter }}'
        and {{ in_force_on('lists', 'days.day') }}
    left join {{ ref('int_policy__term_spans') }} as own
        on {{ is_own_term('days', 'lists.parameter', 'days.day') }}
    where own.parameter is null
    union all
    select
        stated.partner_id,
        stated.day,
        case when stated.terms = 1 then {{ trimmed(item_of('items')) }} end as item
    from (
        select days.partner_id, days.day, count(*) as terms, min(own.value) as value
        from (select distinct partner_id, day from {{ days }}) as days
        inner join {{ ref('int_policy__term_spans') }} as own
            on {{ is_own_term('days', "'" ~ parameter ~ "'", 'days.day') }}
        group by days.partner_id, days.day
    ) as stated
    cross join {{ split_items('stated.value') }} as items
)
{%- endmacro %}
