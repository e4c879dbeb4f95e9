-- Whose bundle this is, the year, and the policy that it was decided under.
select
    partners.partner_id,
    partners.name,
    cast($year as bigint) as year,
    run.policy_set,
    run.policy_version
from marts.dim_partners as partners
cross join run.parameters as run
where partners.partner_id = $partner
