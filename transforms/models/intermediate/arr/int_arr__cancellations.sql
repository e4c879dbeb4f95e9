-- Whether a cancellation ended something that would have run on past its day, one row for each
-- subscription, day and item cancelled (null: the whole). If nothing would have, it also ends the
-- lines that begin on its day; otherwise a line that begins on that day replaces the cancelled one.
with recursive nodes as (
    select
        holder_id,
        subscription_id,
        term_start as day,
        item,
        min(line_number) as node
    from {{ ref('int_arr__cutters') }}
    where line_type = 'cancellation'
    group by holder_id, subscription_id, term_start, item
),

-- The lines that would have run on past the next cancellation of them: not ended before, and with
-- a term that reaches its day.
running as (
    select
        cuts.line_number,
        lines.holder_id,
        lines.subscription_id,
        lines.term_start,
        cuts.cancelled_on as day
    from (
        select
            line_number,
            {{ day_of_place('next_cancellation') }} as cancelled_on,
            {{ day_of_place('next_full') }} as replaced_on
        from {{ ref('int_arr__own_cuts') }}
    ) as cuts
    inner join {{ ref('int_arr__roles') }} as lines
        on cuts.line_number = lines.line_number
    where lines.term_end >= cuts.cancelled_on
        and (cuts.replaced_on is null or cuts.replaced_on >= cuts.cancelled_on)
),

items as (
    select line_number, item from {{ ref('int_arr__own_items') }}
),

-- Each of these lines with the cancellations of that day that concern it, and with the one on its
-- own first day that could have ended it there: the item's before the whole's.
cancelled as (
    select distinct
        nodes.node,
        running.line_number
    from running
    inner join items on running.line_number = items.line_number
    inner join nodes
        on {{ is_cancelled_by('nodes', 'running', 'day') }}
),

at_risk as (
    {% call first_of_each(
        'running.line_number', 'case when nodes.item is null then 1 else 0 end, nodes.node'
    ) %}
    select
        running.line_number,
        nodes.node
    from running
    inner join items on running.line_number = items.line_number
    inner join nodes
        on {{ is_cancelled_by('nodes', 'running', 'term_start') }}
    {% endcall %}
),

steps as (
    select distinct
        at_risk.node as from_node,
        cancelled.node as to_node
    from cancelled
    left join at_risk on cancelled.line_number = at_risk.line_number
),

reached as (
    select to_node as node
    from steps
    where from_node is null
    union all
    select steps.to_node as node
    from steps
    inner join reached on steps.from_node = reached.node
)

select
    nodes.node,
    nodes.holder_id,
    nodes.subscription_id,
    nodes.day,
    nodes.item,
    reached.node is not null as is_running
from nodes
left join (select distinct node from reached) as reached
    on nodes.node = reached.node
