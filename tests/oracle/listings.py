"""Marketplace listings and referral commissions (section 6), as of a day.

Belongs here: eligibility with reasons. Does not belong here: tiers, compliance.
"""

from datetime import date

from .apps import complete_listing, latest_validation
from .constants import LOGO_WIDTH
from .dates import DAY, anniversary, local_date, months_between
from .people import case_open, enough_version, of_partner, runs, trained, upheld_in

TEST_CUSTOMER_UNTIL = date(2026, 5, 28)  # from the day after: encouraged, not required


def _signed(facts, partner: str, kind: str, day: date, current: bool = False) -> bool:
    return any(
        a["agreement_type"] == kind
        and runs(a, day)
        and (not current or enough_version(a["version"], day) is True)
        for a in of_partner(facts, "agreements", partner)
    )


def listings(ledger, as_of: date) -> list[dict]:
    """One row per app: eligible, reasons, removal_candidate (None: not judged), last_active_on."""
    facts, usage, out = ledger.facts, ledger.usage, []
    for app_id in usage.ids:
        owner = usage.owner(app_id, as_of)
        if owner is None:
            continue
        app = usage.row(app_id, as_of)
        days = {
            kind: [
                e["occurred_on"]
                for e in usage.events[app_id]
                if e["event"] == kind and e["occurred_on"] <= as_of
            ]
            for kind in ("listed", "removed")
        }
        removed = max(days["removed"], default=None)
        listing_day = min(
            (d for d in days["listed"] if removed is None or d > removed), default=as_of
        )
        reasons = set()
        if not all(_signed(facts, owner, k, as_of) for k in ("framework", "technology_addendum")):
            reasons.add("TECH-SIGNED")
        after = removed + DAY if removed else None
        if latest_validation(usage, app_id, as_of, after) != "validated":
            reasons.add("APP-REAPPLY" if removed else "APP-VALIDATION")
        tested = any(
            t["app_id"] == app_id
            and (removed is None or t["tested_on"] > removed)
            and t["tested_on"] <= listing_day
            for t in facts.of("test_customers")
        )
        if not tested and listing_day <= TEST_CUSTOMER_UNTIL:
            reasons.add("APP-REAPPLY" if removed else "APP-TEST-CUSTOMER")
        if not complete_listing(app):
            reasons.add("TECH-LISTING-QUALITY")
        active = [
            day
            for e in usage.counted
            if e["app_id"] == app_id and (day := local_date(e["occurred_at"])) <= as_of
        ]
        out.append(
            {
                "app_id": app_id,
                "eligible": not reasons,
                "reasons": sorted(reasons),
                "removal_candidate": _candidate(usage, app_id, as_of, active, days["removed"]),
                "last_active_on": max(active, default=None),
            }
        )
    return out


def _candidate(usage, app_id: str, as_of: date, active: list, removed: list) -> bool | None:
    start = anniversary(as_of, -12)
    if not usage.listed(app_id, start) or any(d > start for d in removed):
        return None
    if any(d > start for d in active):
        return False
    return None if usage.gap(months_between(start + DAY, as_of)) else True


def service_listings(ledger, as_of: date) -> list[dict]:
    """A row for each partner in the services ledger at the day."""
    facts, out = ledger.facts, []
    for partner, program in ledger.enrolled(as_of):
        if program != "services":
            continue
        tile = next(iter(of_partner(facts, "partner_listings", partner)), None)
        tile = tile if tile and tile["provided_on"] <= as_of else None
        certified = trained(facts, partner, "services_certification", as_of)
        wide = bool(tile and tile["logo_url"] and (tile["logo_width_px"] or 0) >= LOGO_WIDTH)
        eligible = bool(certified and tile and tile["company_information"] and wide)
        out.append({"partner_id": partner, "eligible": eligible})
    return out


def referrals(ledger, as_of: date) -> list[dict]:
    """Commission eligibility of every referral submitted by the day."""
    facts, out = ledger.facts, []
    for r in facts.of("referrals"):
        day, partner = local_date(r["submitted_at"]), r["partner_id"]
        if day > as_of:
            continue
        enrolled = any(
            (partner, p) in ledger.enrolled(day) for p in ("technology", "services", "referral")
        )
        papers = all(_signed(facts, partner, k, day, True) for k in ("framework", "referral_terms"))
        cases = of_partner(facts, "conduct_cases", partner)
        standing = not any(
            case_open(c, as_of)
            or (c["severity"] != "minor" and upheld_in(c, date(as_of.year, 1, 1), as_of))
            for c in cases
        )
        qualified = r["qualified_on"] is not None and r["qualified_on"] <= as_of
        won = r["outcome"] == "won" and (r["closed_on"] is None or r["closed_on"] <= as_of)
        good = enrolled and papers and r["via_form"] and standing and qualified and won
        out.append({"referral_id": r["referral_id"], "commission_eligible": good})
    return out
