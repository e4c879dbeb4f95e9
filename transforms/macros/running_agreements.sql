{# Which agreements run on a day, and which of their versions is in force. #}

{# The versions of each agreement, from effective_from until before effective_to, the first day of
   the next one (null for the last). #}
{% macro agreement_version_spans() -%}
(
    select
        agreement_type,
        version,
        effective_from,
        lead(effective_from) over (
            partition by agreement_type order by effective_from
        ) as effective_to
    from {{ source('policy', 'agreement_versions') }}
)
{%- endmacro %}

{# The joins that add to `agreements` the version in force on a day, as `in_force`, and what the
   policy knows of their own, as `known`. #}
{% macro join_versions(agreements, day) -%}
    left join {{ agreement_version_spans() }} as in_force
        on {{ agreements }}.agreement_type = in_force.agreement_type
        and {{ in_force_on('in_force', day) }}
    left join {{ source('policy', 'agreement_versions') }} as known
        on {{ agreements }}.agreement_type = known.agreement_type
        and {{ trimmed(agreements ~ '.version') }} = known.version
{%- endmacro %}

{# The partner's agreements of the listed types that run on each (partner_id, day) of `days`:
   executed by then, and still running on their ended_on. `is_current`: of at least the version in
   force when the days of grace before that day began; before the first version any suffices, and a
   version that the policy does not know is not current (null), nor is any where terms on the grace
   conflict. #}
{% macro running_agreements(days, types_parameter) -%}
(
    select
        days.partner_id,
        days.day,
        types.item as agreement_type,
        agreements.agreement_id,
        agreements.version,
        agreements.executed_on,
        case
            when grace.parameter is not null and grace.number is null then null
            when in_force.version is null then true
            else known.effective_from >= in_force.effective_from
        end as is_current,
        {{ place_columns('agreements') }}
    from (select distinct partner_id, day from {{ days }}) as days
    inner join {{ items_on_days(days, types_parameter) }} as types
        on days.partner_id = types.partner_id
        and days.day = types.day
    inner join {{ ref('stg_partner_activity__agreements') }} as agreements
        on days.partner_id = agreements.partner_id
        and types.item = agreements.agreement_type
        and {{ agreement_runs('agreements', 'days.day') }}
    left join {{ values_on_days(days, ['agreements.version_grace_days']) }} as grace
        on days.partner_id = grace.partner_id
        and days.day = grace.day
    {{ join_versions(
        'agreements', add_days_or_null('days.day', '-coalesce(grace.number, 0)')
    ) }}
)
{%- endmacro %}

{# The agreements that each row of `things` (`key`, partner_id, day) lacks on its day, of those that
   `types_parameter` lists, as text; null if none is missing. `only_current`: an agreement of an
   earlier version than the one in force does not count. #}
{% macro missing_agreements(things, key, types_parameter, only_current=false) -%}
(
    select
        things.{{ key }},
        {{ joined(
            "distinct case when running.agreement_type is null"
            ~ " then coalesce(types.item, 'terms that agree') end",
            "case when running.agreement_type is null"
            ~ " then coalesce(types.item, 'terms that agree') end"
        ) }} as missing
    from {{ things }} as things
    inner join {{ items_on_days(things, types_parameter) }} as types
        on things.partner_id = types.partner_id
        and things.day = types.day
    left join (
        select distinct partner_id, day, agreement_type
        from {{ running_agreements(things, types_parameter) }} as running
        {% if only_current %}where is_current{% endif %}
    ) as running
        on things.partner_id = running.partner_id
        and things.day = running.day
        and types.item = running.agreement_type
    group by things.{{ key }}
)
{%- endmacro %}
