-- Each order line of a period and what its order form lacks, of each pair judged by it
-- (RESL-ORDER-FORM). By its own date; an executed form without a date counts as it stands.
select
    {{ figure_key('pairs') }},
    lines.line_id,
    lines.line_type,
    lines.order_form_id,
    lines.term_start,
    case
        when lines.order_form_id is null then 'no order form'
        when forms.order_form_id is null then 'unknown order form'
        -- A form of a partner that merged into this one serves its own lines.
        when forms.partner_id not in (lines.partner_id, pairs.partner_id)
            then 'order form of another partner'
        when forms.executed_on > pairs.ends_on then 'order form executed later'
        when forms.executed_on is null and forms.status <> 'executed'
            then 'order form not executed'
    end as lack,
    {{ place_columns('lines') }}
from {{ judged_pairs(['orders_without_executed_form']) }} as pairs
inner join {{ members_on_days(ref('int_ledger__pairs'), 'ends_on') }} as members
    on pairs.partner_id = members.partner_id
    and pairs.ends_on = members.ends_on
inner join {{ ref('stg_reseller_reports__subscription_lines') }} as lines
    on members.member_id = lines.partner_id
    and lines.term_start between pairs.starts_on and pairs.ends_on
left join {{ ref('stg_partner_activity__order_forms') }} as forms
    on lines.order_form_id = forms.order_form_id
-- A new line that a renewal replaced is not an order.
left join {{ ref('int_arr__roles') }} as roles
    on lines.partner_id = roles.named_id
    and pairs.partner_id = roles.partner_id
    and {{ is_in_era('roles', 'pairs.ends_on') }}
    and lines.report_month = roles.report_month
    and lines.line_id = roles.line_id
    and roles.superseded_by is not null
where lines.line_type in ('new', 'expansion', 'renewal')
    and roles.line_number is null
