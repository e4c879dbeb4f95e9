"""Technology partners that are test cases of the ladder: averages, invitations, windows, data flow.

Belongs here: those cases, with their settings and the expected outcome as a sentence.
Does not: how a setting becomes rows (topic modules); apps and requirements (app_cases.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any

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


def tier_cases(world: World) -> list[Case]:
    """Technology partners around each criterion of a tier."""
    y = world.year
    launched, two_way = date(y - 2, 3, 1), {"flow": "bidirectional"}

    def mac(total: int, months: int, **more: Any) -> dict[str, Any]:
        launch = launched if months == 12 else date(y, 13 - months, 1)
        return {"mac_exact": spread(total, months), "launch": launch, "apps": 1, **two_way, **more}

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
        tech("premier-uninvited", "average about 150, never invited: select", mac=150, **two_way),
        tech(
            "premier-accepted",
            "invited, accepted each year: premier",
            mac=140,
            invite=[(y, "accepted", date(y, 1, 10)), (y + 1, "accepted", january)],
            **two_way,
        ),
        tech(
            "premier-declined",
            "declined the invitation: select",
            mac=130,
            invite=[(y + 1, "declined", january)],
            **two_way,
        ),
        tech(
            "premier-unanswered",
            "invited, unanswered when the January run knows: tier_low "
            "select, tier_high premier, undetermined",
            mac=125,
            invite=[(y + 1, "invited", january)],
            **two_way,
        ),
        tech(
            "premier-withdrawn",
            "the invitation was withdrawn: select",
            mac=128,
            invite=[(y + 1, "withdrawn", january)],
            **two_way,
        ),
        tech(
            "premier-late",
            f"accepted for {y} only on {y}-02-03: no premier for tier year {y}; "
            f"accepted in time for {y + 1}: premier",
            mac=120,
            invite=[(y, "accepted", date(y, 2, 3)), (y + 1, "accepted", january)],
            **two_way,
        ),
        tech(
            "premier-below",
            "average about 60 with an accepted invitation: premier, the missed criterion shown",
            mac=60,
            invite=[(y + 1, "accepted", january)],
            **two_way,
        ),
        tech(
            "premier-non-compliant",
            "accepted invitation, framework redlined: technology "
            "non_compliant, so foundation, not premier",
            mac=135,
            papers="redline",
            invite=[(y + 1, "accepted", january)],
            **two_way,
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
            **two_way,
        ),
    ]
