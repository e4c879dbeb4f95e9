-- The lines that ARR counts although they are in doubt, one row for each line, reason and span of
-- days: ARR without them is its second value (semantics 2 and 4, "Doubtful lines").
with lines as (
    select * from {{ ref('int_arr__lines') }}
    where counts_from is not null
),

carrying as (
    select *
    from lines
    where line_type in ('new', 'renewal', 'expansion')
)

select
    lines.line_number,
    'identical_lines' as doubt,
    lines.counts_from as from_on,
    lines.counts_to as to_on,
    firsts.line_number as other_number,
    'it equals ' || firsts.line_name as detail
from lines
inner join {{ ref('int_arr__equal_lines') }} as equal_lines
    on lines.line_number = equal_lines.line_number
inner join {{ ref('int_arr__lines') }} as firsts
    on equal_lines.equals_number = firsts.line_number
union all
select
    line_number,
    'expansion_without_base' as doubt,
    counts_from as from_on,
    counts_to as to_on,
    cast(null as bigint) as other_number,
    'it expands no line in force on ' || {{ day_text('counts_from') }} as detail
from lines
where lacks_base
union all
-- On the days on which another partner's line of the same subscription and customer runs too.
select
    carrying.line_number,
    'subscription_at_two_partners' as doubt,
    greatest(carrying.counts_from, others.counts_from) as from_on,
    least(carrying.counts_to, others.counts_to) as to_on,
    others.line_number as other_number,
    -- A sentence that goes to the partner does not name the other partner; the finding does.
    'another partner reports the same subscription on the same days' as detail
from carrying
inner join carrying as others
    on carrying.subscription_id = others.subscription_id
    and carrying.end_customer = others.end_customer
    and carrying.partner_id <> others.partner_id
    and carrying.counts_from <= others.counts_to
    and carrying.counts_to >= others.counts_from
