-- Every check of one deal, listing or referral, as the models judged it: `kind`, `id`, `need`,
-- `clause`, `result` (pass, fail, doubt), `detail`, the row that shows it, the day whose policy
-- applied, and whose terms (`whose`): those of the partner that submitted a deal, not of one that it
-- merged into since. Parameters: $kind, $id.
select
    'deals' as kind, checks.registration_id as id, checks.clause as need, checks.clause,
    checks.result, checks.detail, checks.source, checks.entity, checks.file, checks.row_number,
    checks.cell, deals.submitted_on as day, deals.partner_id as whose
from intermediate.int_deals__checks as checks
inner join intermediate.int_deals__registrations as deals using (registration_id)
where $kind = 'deals' and checks.registration_id = $id
union all
select
    'listings', checks.app_id, checks.need, checks.clause,
    case when checks.is_met then 'pass' else 'fail' end, checks.detail, checks.source,
    checks.entity, checks.file, checks.row_number, checks.cell,
    case when checks.need = 'test_customer' then apps.listing_day else apps.as_of end,
    apps.partner_id
from intermediate.int_listings__checks as checks
inner join intermediate.int_listings__apps as apps using (app_id)
where $kind = 'listings' and checks.app_id = $id
union all
select
    'listings', checks.partner_id, checks.need, checks.clause,
    case when checks.is_met then 'pass' else 'fail' end, checks.detail, 'partner_activity',
    checks.entity, checks.file, checks.row_number, checks.cell, run.as_of,
    checks.partner_id
from intermediate.int_listings__services as checks
cross join run.parameters as run
where $kind = 'listings' and checks.partner_id = $id
union all
select
    'referrals', checks.referral_id, checks.need, checks.clause,
    case when checks.is_met then 'pass' else 'fail' end, checks.detail, 'partner_activity',
    checks.entity, checks.file, checks.row_number, checks.cell,
    case
        when checks.need in ('program', 'papers', 'form')
            then (
                select cast(referrals.submitted_at
                    + to_seconds(arg_max(changes.offset_seconds, changes.from_at)) as date)
                from resolved.zone_changes as changes where changes.from_at <= referrals.submitted_at
            )
        else run.as_of
    end,
    referrals.partner_id
from intermediate.int_referrals__checks as checks
inner join staging.stg_partner_activity__referrals as referrals using (referral_id)
cross join run.parameters as run
where $kind = 'referrals' and checks.referral_id = $id
