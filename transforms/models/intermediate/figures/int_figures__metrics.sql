-- Metrics as data as values (semantics 4). Knows no threshold.
with counted as (
    select
        {{ figure_key() }},
        count(case when passes and at_end then 1 end) as rows_end,
        count(case when passes and at_opening then 1 end) as rows_opening,
        count(distinct case when passes and at_end then item end) as items_end,
        count(distinct case when passes and item_at_opening then item end) as items_opening,
        count(distinct case when passes and item_at_opening and item_at_end then item end)
            as items_kept,
        coalesce(sum(case when passes and at_end then amount end), 0) as amount_end,
        coalesce(sum(case when passes and at_opening then amount end), 0) as amount_opening,
        min(case when passes and at_end then amount end) as lowest,
        max(case when passes and at_end then amount end) as highest,
        {{ joined(
            'case when passes and is_absurd then detail end', 'evidence_date, detail', '; '
        ) }} as absurd,
        count(*) as evidence_count,
        max(evidence_date) as evidence_date
    from {{ ref('int_figures__facts') }}
    group by {{ figure_key() }}
),

joined as (
    select
        windows.*,
        coalesce(counted.rows_end, 0) as rows_end,
        coalesce(counted.rows_opening, 0) as rows_opening,
        coalesce(counted.items_end, 0) as items_end,
        coalesce(counted.items_opening, 0) as items_opening,
        coalesce(counted.items_kept, 0) as items_kept,
        coalesce(counted.amount_end, 0) as amount_end,
        coalesce(counted.amount_opening, 0) as amount_opening,
        counted.lowest,
        counted.highest,
        counted.absurd,
        coalesce(counted.evidence_count, 0) as evidence_count,
        counted.evidence_date,
        windows.coverage = 'partner' and coverage.period is null as is_unknown
    from {{ ref('int_figures__windows') }} as windows
    left join counted
        on {{ same_figure('windows', 'counted') }}
    left join {{ ref('int_reseller__line_coverage') }} as coverage
        on {{ same_partner('windows', 'coverage') }}
),

valued as (
    select
        *,
        -- No rows for the lowest, the highest, the mean or a share.
        case
            when compare in ('kept', 'kept_of_new') then items_opening = 0
            else take in ('lowest', 'highest', 'average') and rows_end = 0
        end as is_of_nothing,
        case
            when compare in ('kept', 'kept_of_new')
                then {{ share_of('items_kept', 'items_opening') }}
            when compare = 'change' and take = 'count' then rows_end - rows_opening
            when compare = 'change' and take = 'count_distinct' then items_end - items_opening
            when compare = 'change' then amount_end - amount_opening
            when take = 'count' then rows_end
            when take = 'count_distinct' then items_end
            when take = 'sum' then amount_end
            when take = 'lowest' then lowest
            when take = 'highest' then highest
            when rows_end > 0 then {{ from_ten_thousandths(rounded_quotient(
                as_whole('amount_end', 10000),
                'cast(rows_end as ' ~ whole_type() ~ ')'
            )) }}
        end as figure
    from joined
)

select
    {{ figure_key() }},
    cast(case
        when is_unknown then null
        when is_of_nothing then without_rows
        else figure
    end as decimal(38, 4)) as value,
    cast(null as decimal(38, 4)) as value_high,
    cast(null as decimal(38, 4)) as expected,
    case
        when is_unknown then 'no_evidence'
        when absurd is not null then 'needs_review'
        when is_of_nothing and without_rows is null then 'not_applicable'
    end as status,
    case
        when is_unknown
            then 'No report and no subscription line of the partner by the end of ' || period || '.'
        when absurd is not null then 'An amount is too large to add up: ' || absurd || '.'
        when is_of_nothing and compare = 'kept'
            then 'Nothing was there on ' || {{ day_text('opening_on') }} || ' that could be kept.'
        when is_of_nothing and compare = 'kept_of_new'
            then 'Nothing came since ' || {{ day_text('window_from') }} || ' that could be kept.'
        when is_of_nothing then 'There is no row to take it of.'
    end as status_reason,
    cast(evidence_count as bigint) as evidence_count,
    evidence_date
from valued
