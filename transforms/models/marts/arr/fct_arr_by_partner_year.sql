-- Each partner's ARR of a calendar year and the minimum that applies: partners that are judged by
-- it at the year's end, or have a line whose term overlaps the year (RESL-ARR).
with years as (
    select period, year, starts_on, ends_on
    from {{ ref('int_periods') }}
    where kind = 'year'
),

-- One minimum per partner, even if several programs have one: that of the first requirement.
judged as (
    {% call first_of_each(
        'pairs.period, pairs.partner_id',
        'requirements.position, requirements.requirement'
    ) %}
    select
        {{ member_key('pairs') }},
        requirements.threshold_parameter
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ source('policy', 'requirements') }} as requirements
        on pairs.program = requirements.program
        and requirements.metric = 'arr_usd'
    {% endcall %}
),

minimums as (
    select
        judged.period,
        judged.partner_id,
        {{ parameter_number('minimum') }} as minimum_usd,
        coalesce(own_minimum.source, 'policy') as minimum_source,
        {{ parameter_text('measure') }} as measure
    from judged
    {{ join_parameter('minimum', 'judged', 'judged.threshold_parameter') }}
    {{ join_parameter('measure', 'judged', "judged.program || '.arr_measure'") }}
),

-- Terms that conflict about what the figure is computed with: only a person can tell which of them
-- holds.
conflicts as (
    select distinct
        judged.period,
        judged.partner_id
    from judged
    inner join {{ ref('int_policy__metric_parameters') }} as uses
        on uses.metric = 'arr_usd'
    inner join {{ ref('int_policy__partner_values') }} as own
        on judged.period = own.period
        and judged.partner_id = own.partner_id
        and own.parameter
            = case when uses.scoped then judged.program || '.' else '' end || uses.parameter
        and own.conflict
),

touching as (
    select distinct
        years.period,
        lines.partner_id
    from years
    inner join {{ ref('int_arr__lines') }} as lines
        on lines.term_start <= years.ends_on
        and lines.term_end >= years.starts_on
        -- On the days on which the partner had the line.
        and (lines.era_from is null or lines.era_from <= least(years.ends_on, lines.term_end))
        and (lines.era_to is null or lines.era_to > years.starts_on)
),

spine as (
    select years.period, years.year, minimums.partner_id
    from years
    inner join minimums on years.period = minimums.period
    union
    select years.period, years.year, touching.partner_id
    from years
    inner join touching on years.period = touching.period
),

-- A partner without any report or line has no evidence, not 0 (semantics 2).
figures as (
    select
        spine.*,
        case
            when coverage.period is null then null
            when measures.period is null then 0
            else measures.arr_usd
        end as arr_usd,
        case
            when coverage.period is null then null
            when measures.period is null then 0
            else measures.booked_arr_usd
        end as booked_arr_usd,
        measures.sure_usd
    from spine
    left join {{ ref('int_reseller__line_coverage') }} as coverage
        on {{ same_partner('spine', 'coverage') }}
    left join {{ ref('int_arr__period_measures') }} as measures
        on {{ same_partner('spine', 'measures') }}
)

select
    figures.partner_id,
    cast(figures.year as bigint) as year,
    {{ as_money('figures.arr_usd') }} as arr_usd,
    {{ as_money('figures.booked_arr_usd') }} as booked_arr_usd,
    {{ as_money('minimums.minimum_usd') }} as minimum_usd,
    minimums.minimum_source,
    case
        when conflicts.period is not null then null
        when minimums.measure = 'booked_arr_usd'
            then figures.booked_arr_usd >= minimums.minimum_usd
        -- Lines in doubt that decide it leave it to a person (semantics 2).
        when minimums.measure = 'arr_usd'
            and (figures.arr_usd >= minimums.minimum_usd)
            = (coalesce(figures.sure_usd, figures.arr_usd) >= minimums.minimum_usd)
            then figures.arr_usd >= minimums.minimum_usd
    end as meets_minimum
from figures
left join minimums
    on {{ same_partner('figures', 'minimums') }}
left join conflicts
    on {{ same_partner('figures', 'conflicts') }}
order by figures.partner_id, figures.year
