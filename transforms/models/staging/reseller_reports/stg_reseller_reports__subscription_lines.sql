{{ config(materialized='table') }}
-- The lines in force of each (partner, report month): those of its latest delivery as a whole. A
-- later report that declares no sales empties the month, as long as it is the one in force: a
-- declaration that was taken back empties nothing. Lines in the same file stay.
with lines as (
    select * from {{ known_rows('subscription_lines') }} as known
),

statements as (
    select distinct partner_id, report_month, _received_at, _file, 1 as holds_lines
    from lines
    union all
    select distinct partner_id, report_month, _received_at, _file, 0 as holds_lines
    from {{ ref('stg_reseller_reports__reports') }}
    where declares_no_sales
),

latest as (
    {% call first_of_each(
        'partner_id, report_month',
        '_received_at desc, _file desc, holds_lines desc'
    ) %}
    select partner_id, report_month, _received_at, _file, holds_lines
    from statements
    {% endcall %}
)

{% call first_of_each(
    'lines.partner_id, lines.report_month, lines.line_id',
    'lines._row desc, lines._cell desc'
) %}
select
    lines.partner_id, lines.report_month, lines.line_id, lines.line_type, lines.subscription_id,
    lines.customer_name, lines.customer_domain, lines.product, lines.quantity, lines.term_start,
    lines.term_end, lines.amount, lines.currency, lines.order_form_id,
    lines._delivery_id, lines._file, lines._row, lines._cell, lines._received_at
from lines
inner join latest
    on lines.partner_id = latest.partner_id
    and lines.report_month = latest.report_month
    and lines._received_at = latest._received_at
    and lines._file = latest._file
where latest.holds_lines = 1
{% endcall %}
