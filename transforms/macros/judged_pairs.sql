{# The pairs of the ledger whose program judges one of these metrics: one row per pair and metric.
   #}
{% macro judged_pairs(metrics) -%}
(
    select
        pairs.period, pairs.kind, pairs.suffix, pairs.year, pairs.starts_on, pairs.ends_on,
        pairs.partner_id, pairs.program, pairs.enrolled_on, pairs.application_completed_on,
        pairs._file, pairs._row, pairs._cell, judged.metric
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ ref('int_policy__judged_metrics') }} as judged
        on pairs.program = judged.program
    where judged.metric in ('{{ metrics | join("', '") }}')
)
{%- endmacro %}

{# The criteria of every tier for each pair of the program with tiers at the end of whose period
   tiers are judged. #}
{% macro judged_criteria() -%}
(
    select
        {{ member_key('pairs') }}, pairs.kind, pairs.year, criteria.tier, criteria.criterion,
        criteria.metric, criteria.comparator, criteria.threshold_parameter, criteria.clause
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ source('policy', 'tiers') }} as tiers
        on pairs.program = tiers.program
    inner join {{ source('policy', 'tier_criteria') }} as criteria
        on tiers.tier = criteria.tier
    where {{ moves_tiers('pairs') }}
)
{%- endmacro %}

{# Whether tiers are judged at the end of a pair's period: of a year, or of a step of the rhythm. #}
{% macro moves_tiers(pairs) -%}
    (
        {{ pairs }}.kind = 'year'
        or {{ pairs }}.suffix in (
            select suffix
            from {{ source('policy', 'tier_steps') }}
        )
    )
{%- endmacro %}
