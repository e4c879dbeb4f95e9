-- What each line is in its subscription, before anything ends it: a trial, a new line that a
-- renewal replaced, a line whose product is known (semantics 4, "ARR").
with recursive lines as (
    select * from {{ ref('int_arr__terms') }}
),

-- The first days of each product of a subscription among the lines that can make it known.
products as (
    select
        holder_id,
        subscription_id,
        product_key,
        min(term_start) as first_on
    from lines
    where line_type in ('new', 'renewal', 'expansion') and product_key <> ''
    group by holder_id, subscription_id, product_key
),

-- Lines of the same item that begin on the day after a short new line's term: a new line of the
-- same product; a renewal of that product, without a product, or of an unknown one.
followed as (
    select
        short.line_number,
        next.line_number as next_number,
        next.line_type = 'renewal' or not next.is_short as is_lasting
    from lines as short
    inner join lines as next
        on short.holder_id = next.holder_id
        and short.subscription_id = next.subscription_id
        and next.term_start = {{ add_days('short.term_end', 1) }}
        and next.line_type in ('new', 'renewal')
    left join products
        on next.holder_id = products.holder_id
        and next.subscription_id = products.subscription_id
        and next.product_key = products.product_key
        and products.first_on < next.term_start
    left join (
        select distinct holder_id, subscription_id, product_key, term_start
        from lines
        where line_type = 'new'
    ) as that_day
        on next.holder_id = that_day.holder_id
        and next.subscription_id = that_day.subscription_id
        and next.product_key = that_day.product_key
        and next.term_start = that_day.term_start
    where short.is_short
        and (
            short.product_key = next.product_key
            or (
                next.line_type = 'renewal'
                and (
                    next.product_key = ''
                    or (products.product_key is null and that_day.product_key is null)
                )
            )
        )
),

-- A stub leads to a lasting line, perhaps through other stubs.
stubs as (
    select line_number
    from followed
    where is_lasting
    union all
    select followed.line_number
    from followed
    inner join stubs on followed.next_number = stubs.line_number
    where not followed.is_lasting
),

trials as (
    select
        lines.*,
        lines.is_short and stubs.line_number is null as is_trial
    from lines
    left join (select distinct line_number from stubs) as stubs
        on lines.line_number = stubs.line_number
),

-- A renewal replaces a new line of its first day if both name the same product or one of them names
-- none.
renewals as (
    select
        holder_id,
        subscription_id,
        term_start,
        product_key,
        min(line_number) as line_number
    from trials
    where line_type = 'renewal'
    group by holder_id, subscription_id, term_start, product_key
),

superseded as (
    select
        trials.line_number,
        min(renewals.line_number) as superseded_by
    from trials
    inner join renewals
        on trials.holder_id = renewals.holder_id
        and trials.subscription_id = renewals.subscription_id
        and trials.term_start = renewals.term_start
        and (
            trials.product_key = renewals.product_key
            or trials.product_key = ''
            or renewals.product_key = ''
        )
    where trials.line_type = 'new'
    group by trials.line_number
),

-- The day from which a product is known, by any line and by the lines that make it known on their
-- own day.
known as (
    select
        holder_id,
        subscription_id,
        product_key,
        min(term_start) as known_on
    from trials
    where line_type in ('new', 'renewal', 'expansion') and not is_trial and product_key <> ''
    group by holder_id, subscription_id, product_key
),

known_that_day as (
    select
        holder_id,
        subscription_id,
        product_key,
        term_start,
        max(case when line_type = 'new' then 1 else 0 end) as by_new
    from trials
    where line_type in ('new', 'renewal') and not is_trial and product_key <> ''
    group by holder_id, subscription_id, product_key, term_start
),

roles as (
    select
        trials.*,
        superseded.superseded_by,
        trials.product_key <> ''
        and (
            coalesce(known.known_on < trials.term_start, false)
            or case trials.line_type
                when 'cancellation' then coalesce(known.known_on = trials.term_start, false)
                when 'renewal' then coalesce(known_that_day.by_new = 1, false)
                else known_that_day.term_start is not null
            end
        ) as is_known
    from trials
    left join superseded on trials.line_number = superseded.line_number
    left join known
        on trials.holder_id = known.holder_id
        and trials.subscription_id = known.subscription_id
        and trials.product_key = known.product_key
    left join known_that_day
        on trials.holder_id = known_that_day.holder_id
        and trials.subscription_id = known_that_day.subscription_id
        and trials.product_key = known_that_day.product_key
        and trials.term_start = known_that_day.term_start
)

select
    *,
    -- A renewal or a cancellation of the whole subscription, all its items.
    line_type in ('renewal', 'cancellation') and not is_known as is_whole,
    -- Lines that can be in force, end others and are changed by differences; credits are treated
    -- separately.
    line_type in ('new', 'renewal', 'expansion', 'contraction')
    and not is_trial
    and superseded_by is null as can_count
from roles
