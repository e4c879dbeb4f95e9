{# Who holds on a day what belonged to a partner (semantics 4, "Partners that become one"). #}

{# `{{ join_holder('holder', 'lines.partner_id', 'periods.ends_on') }}`: the holder of a partner's
   things on a day; none for a partner without a succession. #}
{% macro join_holder(alias, partner, day) -%}
    left join {{ ref('int_partners__holders') }} as {{ alias }}
        on {{ partner }} = {{ alias }}.partner_id
        and {{ holds_on(alias, day) }}
{%- endmacro %}

{# The holder that `join_holder` found, else the partner itself. #}
{% macro holder_of(alias, partner) -%}
    coalesce({{ alias }}.holder_id, {{ partner }})
{%- endmacro %}

{# The joins by which `is_active` knows whether a partner is one of its own on a day. #}
{% macro join_partner(partner, day) -%}
    left join {{ ref('stg_partner_activity__partners') }} as partners
        on {{ partner }} = partners.partner_id
    {{ join_holder('holder', partner, day) }}
{%- endmacro %}

{# Whether a partner is neither terminated nor has become one with another by a day. #}
{% macro is_active(partner, day) -%}
    not {{ is_terminated('partners', day) }}
    and {{ holder_of('holder', partner) }} = {{ partner }}
{%- endmacro %}

{# Partners whose things count for each (partner_id, `day`) of `days`: the partner itself, and
   those that had merged into it by then. One row for each of them, as `member_id`. #}
{% macro members_on_days(days, day) -%}
(
    select days.partner_id, days.{{ day }}, days.partner_id as member_id
    from (select distinct partner_id, {{ day }} from {{ days }}) as days
    union all
    select days.partner_id, days.{{ day }}, held.partner_id as member_id
    from (select distinct partner_id, {{ day }} from {{ days }}) as days
    inner join {{ ref('int_partners__holders') }} as held
        on days.partner_id = held.holder_id
        and held.partner_id <> held.holder_id
        and {{ holds_on('held', 'days.' ~ day) }}
)
{%- endmacro %}

{# The entities that a succession moves to the successor; rows of others stay with the partner that
   they name. #}
{% macro moving_entities() -%}
    {{ return([
        'subscription_lines', 'contacts', 'trainings', 'customer_references', 'apps',
        'listing_events', 'installations', 'test_customers', 'contact_requests', 'registrations'
    ]) }}
{%- endmacro %}
