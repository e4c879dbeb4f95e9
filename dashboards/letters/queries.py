"""What a letter reads beside the published tables.

Belongs here: queries over the warehouse's inner tables. Does not: what is made of their rows
(facts.py).
"""

from __future__ import annotations

RIVALS = "intermediate.int_deals__rivals"
# When the earliest registration that blocks each one came: only the instant, nothing else about it.
BLOCKED = f"""
    select registration_id, verdict, min(rival_submitted_at) as earliest
    from {RIVALS} where verdict = 'blocks' group by all
"""
# Whom a partner asks: who looks after it on the run's day, by role, else the role's default.
OWNERS = "staging.stg_partner_activity__partner_owners"
ASKED = f"""
    select partner_id, role, active_from, owner from {OWNERS}, run.parameters
    where active_from <= as_of and (active_to is null or active_to >= as_of)
    qualify row_number() over (partition by partner_id, role order by active_from desc, owner) = 1
    order by partner_id, role desc
"""
OWNED = {
    "fct_listings": (
        "app_id",
        "select app_id, partner_id from intermediate.int_apps__owners, run.parameters"
        " where coalesce(from_on <= as_of, true) and coalesce(to_on > as_of, true)",
    ),
    "fct_referrals": (
        "referral_id",
        "select referral_id, partner_id from staging.stg_partner_activity__referrals",
    ),
}
