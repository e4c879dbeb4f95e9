-- What a person should look at in the lines of resellers: one row for each line, or subscription,
-- and finding (semantics 4, "ARR").
with lines as (
    select
        lines.*,
        roles.is_known,
        roles.is_whole,
        roles.holder_id,
        {{ key_text('lines', ['named_id', 'report_month', 'line_id']) }} as line_key,
        lines.partner_id || '/' || lines.subscription_id as subscription_key
    from {{ ref('int_arr__lines') }} as lines
    inner join {{ ref('int_arr__roles') }} as roles
        on lines.line_number = roles.line_number
),

earlier as (
    select
        holder_id,
        subscription_id,
        min(term_start) as first_on
    from lines
    where line_type in ('new', 'renewal', 'expansion')
    group by holder_id, subscription_id
),

items as (
    select * from {{ ref('int_arr__items') }}
),

-- A renewal of one product, and the lines of several that it ended with it.
parts as (
    select
        renewals.line_key,
        min(wholes.line_name) as whole_name,
        min(renewals.product_key) as product_key,
        {{ joined('distinct items.item', 'items.item') }} as others
    from lines as wholes
    inner join lines as renewals
        on wholes.ended_by_number = renewals.line_number
    inner join items as own
        on wholes.line_number = own.line_number
        and renewals.product_key = own.item
    inner join items
        on wholes.line_number = items.line_number
        and own.item <> items.item
        and items.item <> wholes.product_key
    where renewals.line_type = 'renewal'
        and not renewals.is_whole
        and wholes.is_whole
        and wholes.line_type = 'renewal'
        -- A renewal under the same name as the renewal of the whole renews the whole again.
        and wholes.product_key <> renewals.product_key
    group by renewals.line_key
),

-- What a cancellation ended, and the lines of the same items that begin two days after the last.
gaps as (
    select
        cancellations.line_key,
        cancellations.term_start,
        min(next.line_name) as next_name
    from lines as cancellations
    inner join lines as ended
        on cancellations.line_number = ended.ended_by_number
        and ended.counts_to = {{ add_days('cancellations.term_start', -1) }}
    inner join items as own
        on ended.line_number = own.line_number
    inner join lines as next
        on ended.holder_id = next.holder_id
        and ended.subscription_id = next.subscription_id
        and next.line_type in ('new', 'renewal')
        and next.counts_from = {{ add_days('cancellations.term_start', 1) }}
    inner join items as later
        on next.line_number = later.line_number
        and own.item = later.item
    where cancellations.line_type = 'cancellation'
    group by cancellations.line_key, cancellations.term_start
),

-- A line of another customer in force while one of the first is.
customers as (
    select
        lines.subscription_key,
        min(lines.end_customer) as one_customer,
        max(others.end_customer) as other_customer,
        min(greatest(lines.counts_from, others.counts_from)) as first_day,
        min(others.line_name) as other_name
    from lines
    inner join (
        select holder_id, subscription_id
        from lines
        group by holder_id, subscription_id
        having count(distinct end_customer) > 1
    ) as several
        on lines.holder_id = several.holder_id
        and lines.subscription_id = several.subscription_id
    inner join lines as others
        on lines.holder_id = others.holder_id
        and lines.subscription_id = others.subscription_id
        and lines.end_customer < others.end_customer
        and lines.counts_from <= others.counts_to
        and lines.counts_to >= others.counts_from
        and others.line_type in ('new', 'renewal', 'expansion')
    where lines.line_type in ('new', 'renewal', 'expansion')
    group by lines.subscription_key
),

all_findings as (
    select
        lines.line_key as key,
        'identical_lines' as finding,
        lines.line_name || ' equals ' || firsts.line_name || '; each counts' as detail
    from lines
    inner join {{ ref('int_arr__equal_lines') }} as equal_lines
        on lines.line_number = equal_lines.line_number
    inner join lines as firsts on equal_lines.equals_number = firsts.line_number
    union all
    select
        lines.line_key as key,
        'expansion_without_base' as finding,
        lines.line_name || ' expands no line in force on its first day; it counts' as detail
    from lines
    where lines.lacks_base
    union all
    select
        lines.subscription_key as key,
        'subscription_at_two_partners' as finding,
        min(lines.line_name) || ' runs on common days with '
        || min(others.line_name) || ' of partner ' || others.partner_id || '; each counts' as detail
    from {{ ref('int_arr__doubts') }} as doubts
    inner join lines on doubts.line_number = lines.line_number
    inner join lines as others on doubts.other_number = others.line_number
    where doubts.doubt = 'subscription_at_two_partners'
    group by lines.subscription_key, others.partner_id
    union all
    select
        subscription_key as key,
        'subscription_of_two_customers' as finding,
        one_customer || ' and ' || other_customer || ' have lines of it in force on '
        || {{ day_text('first_day') }} || ', among them ' || other_name as detail
    from customers
    union all
    select
        domain as key,
        'domain_of_many' as finding,
        cast(names as string) || ' unlike names share it, so that it names no company: '
        || shown_names as detail
    from {{ ref('int_arr__domains_of_many') }}
    union all
    select
        lines.line_key as key,
        'trial_line' as finding,
        lines.line_name || ' runs to ' || {{ day_text('lines.term_end') }}
        || ', less than the least term that recurs; it is booked and no recurring revenue' as detail
    from lines
    where lines.standing = 'trial'
    union all
    select
        lines.line_key as key,
        'stale_rate' as finding,
        lines.line_name || ': the last rate before ' || {{ day_text('lines.priced_on') }}
        || ' is of ' || {{ day_text('lines.rate_date') }} || ', too old to price it' as detail
    from lines
    where lines.is_stale and lines.currency <> 'USD'
        and lines.standing not in ('ends', 'superseded')
    union all
    select
        lines.line_key as key,
        'unknown_product' as finding,
        lines.line_type || ' ' || lines.line_name || ': no earlier line of subscription '
        || lines.subscription_id || ' has product "' || lines.product
        || '"; it is taken for one of the whole subscription' as detail
    from lines
    left join earlier
        on lines.holder_id = earlier.holder_id
        and lines.subscription_id = earlier.subscription_id
        and earlier.first_on < lines.term_start
    where lines.is_whole
        and lines.product_key <> ''
        -- The first renewal of something sold before the reports began is not a mistake.
        and (lines.line_type = 'cancellation' or earlier.holder_id is not null)
    union all
    select
        line_key as key,
        'whole_ended_by_part' as finding,
        'this renewal of ' || product_key || ' ends ' || whole_name
        || ', which had renewed with it: ' || others as detail
    from parts
    union all
    select
        line_key as key,
        'gap_of_a_day' as finding,
        'nothing is in force on ' || {{ day_text('term_start') }} || ', the day before '
        || next_name || ': a cancellation names the first day without' as detail
    from gaps
)

select
    'reseller_reports' as source,
    'subscription_lines' as entity,
    key,
    finding,
    detail
from all_findings
