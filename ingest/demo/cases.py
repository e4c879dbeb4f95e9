"""The special partners, one named case each with the outcome expected: identity and technology.

Belongs here: the list of cases with their knobs and the sentence that says what must come out.
Does not: how a knob becomes rows (topic modules); resellers and other channels (channel_cases.py);
who and what moved (move_cases.py);
deal registrations (deal_cases.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.demo.channel_cases import channel_cases
from ingest.demo.move_cases import move_cases
from ingest.demo.world import Case, World


def spread(total: int, months: int) -> list[int]:
    """Whole numbers near each other that sum to a total, moving around their mean."""
    low, rest = divmod(total, months)
    counts = [low + (1 if i < rest else 0) for i in range(months)]
    for i in range(0, months - 1, 2):
        swing = min(counts[i], 1 + low // 12)
        counts[i] -= swing
        counts[i + 1] += swing
    return counts


def cases(world: World) -> list[Case]:
    """Every special partner, in the order of their ids."""
    return [
        *_people(world),
        *_technology(world),
        *_conduct(world),
        *channel_cases(world),
        *move_cases(world),
    ]


def _people(world: World) -> list[Case]:
    y = world.year
    return [
        Case(
            "five-programs",
            "technology services referral reseller industry",
            "compliant in all five programs; each judged by its own requirements",
        ),
        Case(
            "same-name-1",
            "technology",
            "shares its name with the next partner, not its domain",
            {"name": "Ridge Systems", "country": "United States", "domain": "ridgesystems.com"},
        ),
        Case(
            "same-name-2",
            "reseller",
            "shares its name with the partner before, not its domain",
            {"name": "Ridge Systems", "country": "Canada", "domain": "ridge-systems.ca"},
        ),
        Case(
            "terminated",
            "technology referral",
            f"terminated on {y}-08-15: rows for {y}-H1, none for {y} and {y}-H2",
            {"terminated": date(y, 8, 15)},
        ),
        Case(
            "left-and-back",
            "technology",
            f"technology ended {y - 1}-06-30, anew from {y}-02-01: no rows for {y - 1}-H2, "
            "movement `first`, clocks start anew",
            {
                "stays": [(date(y - 2, 2, 1), date(y - 1, 6, 30)), (date(y, 2, 1), None)],
                "launch": date(y - 2, 4, 1),
                "mac": 6,
            },
        ),
        Case("industry-only", "industry", "compliant, no requirement set"),
    ]


def _technology(world: World) -> list[Case]:
    y = world.year
    launched, both = date(y - 2, 3, 1), {"flow": "bidirectional"}

    def mac(total: int, months: int, **more: Any) -> dict[str, Any]:
        launch = launched if months == 12 else date(y, 13 - months, 1)
        return {"mac_exact": spread(total, months), "launch": launch, "apps": 1, **both, **more}

    def tech(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "technology", outcome, knobs)

    january = date(y + 1, 1, 9)
    return [
        tech(
            "mac-0.9",
            "average 0.9 over 10 months: foundation, TECH-FOUNDATION-CUSTOMER not met (should)",
            **mac(9, 10),
        ),
        tech("mac-1", "average 1.0: foundation, TECH-FOUNDATION-CUSTOMER met", **mac(12, 12)),
        tech("mac-99.9", "average 99.9 over 10 months: foundation, gap 0.1", **mac(999, 10)),
        tech("mac-100", "average 100.0, bidirectional: select", **mac(1200, 12)),
        tech("mac-101", "average 101.0: select, margin 1.0", **mac(1212, 12)),
        tech(
            "mac-100-invited",
            "average 100.0 and an accepted invitation: premier",
            invite=[(y + 1, "accepted", january)],
            **mac(1200, 12),
        ),
        tech("premier-uninvited", "average about 150, never invited: select", mac=150, **both),
        tech(
            "premier-accepted",
            "invited, accepted each year: premier",
            mac=140,
            invite=[(y, "accepted", date(y, 1, 10)), (y + 1, "accepted", january)],
            **both,
        ),
        tech(
            "premier-declined",
            "declined the invitation: select",
            mac=130,
            invite=[(y + 1, "declined", january)],
            **both,
        ),
        tech(
            "premier-unanswered",
            "invited, unanswered when the January run knows: tier_low "
            "select, tier_high premier, undetermined",
            mac=125,
            invite=[(y + 1, "invited", january)],
            **both,
        ),
        tech(
            "premier-withdrawn",
            "the invitation was withdrawn: select",
            mac=128,
            invite=[(y + 1, "withdrawn", january)],
            **both,
        ),
        tech(
            "premier-late",
            f"accepted for {y} only on {y}-02-03: no premier for tier year {y}; "
            f"accepted in time for {y + 1}: premier",
            mac=120,
            invite=[(y, "accepted", date(y, 2, 3)), (y + 1, "accepted", january)],
            **both,
        ),
        tech(
            "premier-below",
            "average about 60 with an accepted invitation: premier, the missed criterion shown",
            mac=60,
            invite=[(y + 1, "accepted", january)],
            **both,
        ),
        tech(
            "premier-non-compliant",
            "accepted invitation, framework redlined: technology "
            "non_compliant, so foundation, not premier",
            mac=135,
            papers="redline",
            invite=[(y + 1, "accepted", january)],
            **both,
        ),
        tech(
            "pull-only",
            "average about 110, reads only: foundation, bidirectional_flow not met",
            mac=110,
            flow="pull",
            declared="pull",
            apps=1,
        ),
        tech(
            "pull-waived",
            "average about 115, reads only, criterion waived: select",
            mac=115,
            flow="pull",
            declared="pull",
            apps=1,
            waivers=[("technology", "bidirectional_flow", date(y, 1, 1), date(y + 1, 6, 30))],
        ),
        tech(
            "flow-disagrees",
            "declared bidirectional, observed pull: a finding, foundation",
            mac=108,
            flow="pull",
            declared="bidirectional",
            apps=1,
        ),
        tech(
            "flow-by-report",
            "usage shows reads only, the activity report shows writes in every "
            "month: bidirectional, select",
            mac=112,
            flow="pull",
            declared="bidirectional",
            apps=1,
            report="write",
        ),
        tech(
            "short-window",
            f"first app launched {y}-11-01: 2 months of window, needs_review",
            launch=date(y, 11, 1),
            mac_exact=[12, 14],
            apps=1,
            joined=date(y, 9, 3),
            **both,
        ),
        tech(
            "never-launched",
            "its app was never launched: average 0, foundation",
            app="never_launched",
            apps=1,
        ),
        tech(
            "demo-only",
            "all installs are demonstrations: calls reported by cause, average 0",
            app="demo_only",
            mac=0,
            apps=1,
        ),
        tech(
            "before-launch",
            f"calls before the launch on {y}-04-16 do not count",
            app="before_launch",
            launch=date(y, 4, 16),
            mac=4,
            apps=1,
        ),
        tech(
            "removed",
            f"its only app was removed in {y}-10: listed_apps 0, foundation",
            app="removed",
            mac=120,
            apps=1,
            **both,
        ),
        tech(
            "reapplied",
            f"removed {y}-03, tested and validated again, listed {y}-06: select",
            app="reapplied",
            mac=118,
            apps=1,
            **both,
        ),
        tech(
            "reapplied-untested",
            f"removed {y}-03, listed again {y}-06 without a new test "
            "customer: APP-REAPPLY among the reasons",
            app="reapplied_untested",
            mac=22,
            apps=1,
        ),
        tech(
            "low-usage",
            "no active customer in the rolling 12 months: removal candidate",
            app="low_usage",
            apps=1,
            mac=0,
        ),
        tech(
            "unvalidated",
            "latest validation failed while listed: TECH-TECHNICAL not met",
            app="unvalidated",
            mac=15,
            apps=1,
            **both,
        ),
        tech(
            "no-enablement",
            "no support material: TECH-ENABLEMENT not met",
            app="no_support",
            mac=14,
            apps=1,
            **both,
        ),
        tech(
            "fedramp",
            "a commercial and a FedRAMP listing, which stand apart",
            app="fedramp",
            mac=33,
            **both,
        ),
        tech(
            "incomplete-listing",
            "a listing without logo and contact: TECH-LISTING-QUALITY not "
            "met (should), still compliant, APP listing not eligible",
            app="incomplete",
            mac=12,
            apps=1,
            **both,
        ),
        tech(
            "tested-late",
            "the test customer came after the listing: APP-TEST-CUSTOMER fails",
            app="tested_late",
            mac=11.5,
            apps=1,
            **both,
        ),
        tech(
            "test-rule-old",
            "untested, listing set for 2026-05-28: a test customer is required "
            "(seen with --as-of from that day)",
            app="rule_old",
            mac=8,
        ),
        tech(
            "test-rule-new",
            "untested, listing set for 2026-06-01: a test customer is only "
            "encouraged (seen with --as-of from that day)",
            app="rule_new",
            mac=8,
        ),
        tech(
            "contact-89",
            "89 of 100 contact requests answered in time: TECH-RESPONSIVE not met (should)",
            contact=(100, 89),
            mac=18,
            **both,
        ),
        tech(
            "contact-90",
            "90 of 100 contact requests answered in time: TECH-RESPONSIVE met",
            contact=(100, 90),
            mac=18,
            **both,
        ),
        tech(
            "no-manager",
            "its partnership manager left in spring: TECH-MANAGER not met",
            manager="left",
            mac=16,
            **both,
        ),
        tech(
            "waiver-in-force",
            "no partnership manager, waived: TECH-MANAGER waived, compliant",
            manager="none",
            mac=19,
            joined=date(y - 1, 10, 1),
            **both,
            waivers=[("technology", "TECH-MANAGER", date(y, 3, 1), date(y + 1, 2, 28))],
        ),
        tech(
            "waiver-expired",
            f"no partnership manager, waiver ended {y}-09-30: not_met",
            manager="none",
            mac=13,
            joined=date(y, 1, 15),
            **both,
            waivers=[("technology", "TECH-MANAGER", date(y, 1, 1), date(y, 9, 30))],
        ),
        tech(
            "old-agreement",
            "never signed the version in force: TECH-AGREEMENT not met",
            papers="old",
            mac=17,
            **both,
        ),
        tech(
            "redline",
            "its addendum carries redlines: TECH-NO-REDLINES not met",
            papers="redline",
            mac=20,
            **both,
        ),
        tech(
            "unknown-version",
            "developer terms of an unknown version: TECH-AGREEMENT needs_review",
            papers="unknown_version",
            mac=12.5,
            **both,
        ),
        tech(
            "no-developer-terms",
            "developer terms never executed: TECH-AGREEMENT not met, TECH-SIGNED met",
            papers="no_developer_terms",
            mac=9,
            joined=date(y - 1, 5, 6),
            **both,
        ),
        tech(
            "no-application",
            "application never completed: TECH-AGREEMENT not met, value 0",
            papers="no_application",
            mac=9,
            joined=date(y, 4, 1),
            **both,
        ),
    ]


def _conduct(world: World) -> list[Case]:
    y = world.year

    def case(slug: str, outcome: str, severity: str, state: str, closed: date | None) -> Case:
        knobs = {
            "conduct": (severity, state, date(y, 9, 9), closed),
            "mac": 116,
            "flow": "bidirectional",
        }
        return Case(slug, "technology referral", outcome, knobs)

    decided = date(y, 11, 20)
    return [
        case(
            "conduct-open",
            "an open case: TECH-STANDING needs_review, no tier lost: select",
            "major",
            "open",
            None,
        ),
        case(
            "conduct-upheld",
            "a major case upheld: TECH-STANDING not_met, foundation",
            "major",
            "upheld",
            decided,
        ),
        case(
            "conduct-severe",
            "a severe case upheld: end_status recommended in all its programs",
            "severe",
            "upheld",
            decided,
        ),
        case("conduct-minor", "a minor case upheld: TECH-STANDING met", "minor", "upheld", decided),
        case(
            "conduct-dismissed",
            "the case was dismissed: TECH-STANDING met",
            "major",
            "dismissed",
            decided,
        ),
    ]
