{# What ends a line (semantics 4, "What ends what"), for the models of ARR. A place is a day and a
   line in one whole number, so that the earliest or the latest line of a window is a plain minimum
   or maximum. #}

{% macro line_place(start_number, line_number) -%}
    ({{ start_number }} * cast(1000000000 as bigint) + {{ line_number }})
{%- endmacro %}

{# The line of a place; null of null. #}
{% macro line_of_place(place) -%}
    mod({{ place }}, cast(1000000000 as bigint))
{%- endmacro %}

{# The day of a place; null of null. #}
{% macro day_of_place(place) -%}
    {{ add_days(
        "date '0001-01-01'",
        "cast((" ~ place ~ " - " ~ line_of_place(place) ~ ") / 1000000000 as integer)"
    ) }}
{%- endmacro %}

{# The names of the lanes; a folded product never contains a slash. #}
{% macro whole_lane() -%}
    'all'
{%- endmacro %}

{% macro item_lane(item) -%}
    'item/' || {{ item }}
{%- endmacro %}

{% macro customer_lane(item, end_customer) -%}
    'item/' || {{ item }} || '/' || {{ end_customer }}
{%- endmacro %}

{# The items of the lines of a kind: `own`, lines that state their items, or `changes`, differences,
   which have another line's items. #}
{% macro items_of_lines(kind) -%}
    {%- if kind == 'own' -%}
    {{ ref('int_arr__own_items') }}
    {%- else -%}
    {{ ref('int_arr__changes') }}
    {%- endif -%}
{%- endmacro %}

{# For each line of `kind` (items_of_lines): the place of the first full value that ends it and of
   the first cancellation, both after its first day; null where there is none. A credit is ended by
   cancellations alone. #}
{% macro first_cuts(kind) -%}
{%- set later -%}
partition by holder_id, subscription_id, lane
            order by start_number
            range between 1 following and unbounded following
{%- endset -%}
with members as (
    select
        lines.line_number,
        lines.holder_id,
        lines.subscription_id,
        lines.start_number,
        lines.end_customer,
        items.item
    from {{ ref('int_arr__roles') }} as lines
    inner join {{ items_of_lines(kind) }} as items
        on lines.line_number = items.line_number
    where lines.can_count or lines.line_type = 'credit'
),

events as (
    select distinct line_number, holder_id, subscription_id, start_number,
        {{ whole_lane() }} as lane, 'member' as role
    from members
    union all
    select line_number, holder_id, subscription_id, start_number,
        {{ item_lane('item') }} as lane, 'member' as role
    from members
    union all
    select line_number, holder_id, subscription_id, start_number,
        {{ customer_lane('item', 'end_customer') }} as lane, 'member' as role
    from members
    union all
    select line_number, holder_id, subscription_id, start_number, lane,
        case when line_type = 'cancellation' then 'cancellation' else 'full' end as role
    from {{ ref('int_arr__cutters') }}
),

ahead as (
    select
        line_number,
        role,
        min(case when role = 'full' then {{ line_place('start_number', 'line_number') }} end)
            over ({{ later }}) as next_full,
        min(case when role = 'cancellation' then {{ line_place('start_number', 'line_number') }} end)
            over ({{ later }}) as next_cancellation
    from events
)

select
    line_number,
    min(next_full) as next_full,
    min(next_cancellation) as next_cancellation
from ahead
where role = 'member'
group by line_number
{%- endmacro %}

{# Whether a cancellation (`nodes`, a row of int_arr__cancellations) on the day of `lines` concerns
   the line and its item (`items`). #}
{% macro is_cancelled_by(nodes, lines, day) -%}
    {{ lines }}.holder_id = {{ nodes }}.holder_id
    and {{ lines }}.subscription_id = {{ nodes }}.subscription_id
    and {{ lines }}.{{ day }} = {{ nodes }}.day
    and ({{ nodes }}.item is null or {{ nodes }}.item = items.item)
{%- endmacro %}

{# The last day on which each line of `kind` counts, null where it never does, and the line that
   ends it, if one does; of two on one day the cancellation. `cuts` holds what first_cuts gives. #}
{% macro last_days(kind, cuts) -%}
with killed as (
    select
        lines.line_number,
        min(nodes.node) as node
    from {{ ref('int_arr__roles') }} as lines
    inner join {{ items_of_lines(kind) }} as items
        on lines.line_number = items.line_number
    inner join {{ ref('int_arr__cancellations') }} as nodes
        on {{ is_cancelled_by('nodes', 'lines', 'term_start') }}
        and not nodes.is_running
    group by lines.line_number
),

dated as (
    select
        cuts.line_number,
        {{ day_of_place('cuts.next_full') }} as replaced_on,
        {{ line_of_place('cuts.next_full') }} as replaced_by,
        {{ day_of_place('cuts.next_cancellation') }} as cancelled_on,
        {{ line_of_place('cuts.next_cancellation') }} as cancelled_by
    from {{ cuts }} as cuts
),

weighed as (
    select
        lines.line_number,
        lines.term_end,
        killed.node,
        dated.cancelled_on,
        dated.cancelled_by,
        -- A credit outlasts what replaces its line.
        case when lines.line_type <> 'credit' then dated.replaced_on end as replaced_on,
        case when lines.line_type <> 'credit' then dated.replaced_by end as replaced_by
    from {{ ref('int_arr__roles') }} as lines
    inner join dated on lines.line_number = dated.line_number
    left join killed on lines.line_number = killed.line_number
)

select
    line_number,
    case
        when node is not null then null
        else least(
            term_end,
            coalesce({{ add_days('replaced_on', -1) }}, term_end),
            coalesce({{ add_days('cancelled_on', -1) }}, term_end)
        )
    end as counts_to,
    case
        when node is not null then node
        when cancelled_on <= term_end and (replaced_on is null or cancelled_on <= replaced_on)
            then cancelled_by
        when replaced_on <= term_end then replaced_by
    end as ended_by
from weighed
{%- endmacro %}

{# The joins that add to lines a rule of int_arr__rules on their day; `rule_number` is then its
   number: that of the partner's own term, else the policy's. #}
{% macro join_rule(lines, rule, day) -%}
    left join {{ ref('int_arr__rules') }} as rules
        on rules.rule = '{{ rule }}'
        and {{ in_force_on('rules', lines ~ '.' ~ day) }}
    left join {{ own_terms_of_lines(lines, rule, day) }} as own
        on {{ lines }}.line_number = own.line_number
{%- endmacro %}

{% macro rule_number() -%}
    coalesce(own.number, rules.number)
{%- endmacro %}

{# The number for a rule from the one term of the partner's own agreement on each line's day; no row
   if there is no term or several. #}
{% macro own_terms_of_lines(lines, rule, day) -%}
(
    select
        {{ lines }}.line_number,
        min(own.number) as number
    from {{ lines }}
    inner join {{ ref('int_arr__rules') }} as rules
        on rules.rule = '{{ rule }}'
        and {{ in_force_on('rules', lines ~ '.' ~ day) }}
    inner join {{ ref('int_policy__term_spans') }} as own
        on {{ is_own_term(lines, 'rules.parameter', lines ~ '.' ~ day) }}
    group by {{ lines }}.line_number
    having count(*) = 1 and bool_and(own.is_of_kind)
)
{%- endmacro %}
