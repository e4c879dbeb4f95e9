-- Every metric computed again from the partner's own rows.
with counted as (
    select
        period,
        program,
        metric,
        count(distinct item) as looked_at,
        count(distinct item) filter (where standing = 'counts') as items,
        count(distinct item) filter (where standing in ('counts', 'open')) as items_high
    from items
    group by period, program, metric
),

-- Lines in force at the period's end, with whether each is in doubt on that day.
lines_in_force as (
    select
        pairs.period,
        pairs.program,
        lines.subscription_id,
        case
            when pairs.ends_on between lines.bundled_from and lines.bundled_to then '*'
            else 'item/' || lines.item
        end as item,
        lines.line_type in ('new', 'renewal', 'expansion') as carries,
        lines.arr_usd,
        exists (
            select 1 from arr_doubts as doubts
            where doubts.line_number = lines.line_number
                and pairs.ends_on between doubts.from_on and doubts.to_on
        ) as is_doubtful
    from pairs
    inner join arr_lines as lines on pairs.ends_on between lines.counts_from and lines.counts_to
),

-- Contractions and credits are subtracted from a full value or an expansion of their item, which
-- cannot fall below 0.
arr_items as (
    select
        period,
        program,
        greatest(
            coalesce(sum(arr_usd) filter (where carries), 0)
            + coalesce(sum(arr_usd) filter (where not carries), 0), 0
        ) as arr_usd,
        greatest(
            coalesce(sum(arr_usd) filter (where carries and not is_doubtful), 0)
            + coalesce(sum(arr_usd) filter (where not carries and not is_doubtful), 0), 0
        ) as sure_usd
    from lines_in_force
    group by period, program, subscription_id, item
),

arr as (
    select period, program, sum(arr_usd) as arr_usd, sum(sure_usd) as sure_usd
    from arr_items
    group by period, program
),

booked as (
    select pairs.period, pairs.program, sum(lines.booked_usd) as booked_arr_usd
    from pairs
    inner join arr_lines as lines
        on lines.term_start between date_trunc('year', pairs.ends_on) and pairs.ends_on
    group by pairs.period, pairs.program
),

customers as (
    select measures.period, measures.program, count(*) as customer_months
    from measures
    inner join active_customers as active
        on active.month between measures.first_month and measures.last_month
    where measures.figured = 'mean_customers'
    group by measures.period, measures.program
),

-- Roles that different people can fill (Hall's theorem): the smallest, over all sets of roles, of
-- roles outside the set + people who hold one inside it.
digits as (
    select
        period, program, position,
        row_number() over (partition by period, program order by position) - 1 as digit,
        count(*) over (partition by period, program) as roles
    from training_roles
),

people as (
    select items.period, items.program, items.item, bit_or(1::bigint << digits.digit) as held
    from items
    inner join digits using (period, program, position)
    inner join measures using (period, program, metric)
    where measures.figured = 'roles' and items.standing = 'counts'
    group by items.period, items.program, items.item
),

role_sets as (
    select distinct
        period, program, roles, unnest(range(0, 1::bigint << roles)) as role_set
    from digits
),

bounds as (
    select
        role_sets.period, role_sets.program, role_sets.role_set,
        any_value(role_sets.roles) - bit_count(role_sets.role_set) + count(people.item) as bound
    from role_sets
    left join people
        on people.period = role_sets.period
        and people.program = role_sets.program
        and people.held & role_sets.role_set <> 0
    group by role_sets.period, role_sets.program, role_sets.role_set
),

roles as (
    select period, program, min(bound) as roles_filled from bounds group by period, program
),

-- What the policy declares as data: counts and sums at the window's end, less those of the day before
-- it (`change`), or the share of the items that were kept.
declared_counts as (
    select
        period, program, metric,
        count(*) filter (where passes and at_end) as rows_end,
        count(*) filter (where passes and at_opening) as rows_opening,
        count(distinct item) filter (where passes and at_end) as items_end,
        count(distinct item) filter (where passes and at_opening) as items_opening,
        count(distinct item) filter (where passes and item_at_opening) as items_held,
        count(distinct item) filter (where passes and item_at_opening and item_at_end)
            as items_kept,
        coalesce(sum(amount) filter (where passes and at_end), 0) as amount_end,
        coalesce(sum(amount) filter (where passes and at_opening), 0) as amount_opening,
        min(amount) filter (where passes and at_end) as lowest,
        max(amount) filter (where passes and at_end) as highest
    from figure_rows
    group by period, program, metric
),

declared as (
    select
        measures.period, measures.program, measures.metric,
        case
            when measures.compare in ('kept', 'kept_of_new') and coalesce(items_held, 0) = 0
                then measures.without_rows
            when measures.compare in ('kept', 'kept_of_new')
                then ((2 * items_kept::hugeint * 10000 + items_held) // (2 * items_held::hugeint))
                    ::decimal(38, 0) * 0.0001::decimal(5, 4)
            when measures.take in ('lowest', 'highest', 'average') and coalesce(rows_end, 0) = 0
                then measures.without_rows
            when measures.take = 'lowest' then lowest
            when measures.take = 'highest' then highest
            when measures.take = 'average'
                then sign(amount_end) * (
                    (2 * abs(amount_end * 10000)::hugeint + rows_end) // (2 * rows_end::hugeint)
                )::decimal(38, 0) * 0.0001::decimal(5, 4)
            when measures.take = 'sum' then coalesce(amount_end, 0)
                - case when measures.compare = 'change' then coalesce(amount_opening, 0) else 0 end
            when measures.take = 'count' then coalesce(rows_end, 0)
                - case when measures.compare = 'change' then coalesce(rows_opening, 0) else 0 end
            else coalesce(items_end, 0)
                - case when measures.compare = 'change' then coalesce(items_opening, 0) else 0 end
        end::decimal(38, 4) as value
    from measures
    left join declared_counts using (period, program, metric)
    where measures.figured = 'figure'
),

figures as (
    select
        measures.period,
        measures.program,
        measures.metric,
        case
            when measures.is_blank then null
            when measures.figured = 'figure' then declared.value
            when measures.figured = 'arr_usd' then coalesce(arr.arr_usd, 0)
            when measures.figured = 'booked_arr_usd' then coalesce(booked.booked_arr_usd, 0)
            -- A mean and a share are rounded once, half up, to four places.
            when measures.figured = 'mean_customers' and measures.months is null then 0
            when measures.figured = 'mean_customers'
                then (
                    (2 * coalesce(customers.customer_months, 0)::hugeint * 10000 + measures.months)
                    // (2 * measures.months::hugeint)
                )::decimal(38, 0) * 0.0001::decimal(5, 4)
            when measures.figured = 'share'
                then (
                    (2 * counted.items::hugeint * 10000 + counted.looked_at)
                    // (2 * counted.looked_at::hugeint)
                )::decimal(38, 0) * 0.0001::decimal(5, 4)
            when measures.figured = 'roles' then coalesce(roles.roles_filled, 0)
            when measures.figured = 'once' then least(coalesce(counted.items, 0), 1)
            else coalesce(counted.items, 0)
        end::decimal(38, 4) as value,
        case
            when measures.is_blank then null
            when measures.figured = 'arr_usd' and arr.sure_usd <> arr.arr_usd then arr.sure_usd
            when measures.figured not in ('count', 'once', 'roles') then null
            when counted.items_high > counted.items then counted.items_high
        end::decimal(38, 4) as value_high,
        measures.expected,
        measures.status,
        measures.status_reason
    from measures
    left join counted using (period, program, metric)
    left join arr using (period, program)
    left join booked using (period, program)
    left join customers using (period, program)
    left join roles using (period, program)
    left join declared using (period, program, metric)
)

select * from figures
