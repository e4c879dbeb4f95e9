"""Technology partners that are test cases for apps and for the program's requirements.

Belongs here: those cases, with their settings and the expected outcome as a sentence.
Does not: how a setting becomes rows (topic modules); the ladder (tier_cases.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.demo.world import Case, World


def app_cases(world: World) -> list[Case]:
    """Technology partners around each check of an app and each requirement."""
    y = world.year
    two_way = {"flow": "bidirectional"}

    def tech(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "technology", outcome, knobs)

    return [
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
            **two_way,
        ),
        tech(
            "reapplied",
            f"removed {y}-03, tested and validated again, listed {y}-06: select",
            app="reapplied",
            mac=118,
            apps=1,
            **two_way,
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
            **two_way,
        ),
        tech(
            "no-enablement",
            "no support material: TECH-ENABLEMENT not met",
            app="no_support",
            mac=14,
            apps=1,
            **two_way,
        ),
        tech(
            "fedramp",
            "a commercial and a FedRAMP listing, which stand apart",
            app="fedramp",
            mac=33,
            **two_way,
        ),
        tech(
            "incomplete-listing",
            "a listing without logo and contact: TECH-LISTING-QUALITY not "
            "met (should), still compliant, APP listing not eligible",
            app="incomplete",
            mac=12,
            apps=1,
            **two_way,
        ),
        tech(
            "tested-late",
            "the test customer came after the listing: APP-TEST-CUSTOMER fails",
            app="tested_late",
            mac=11.5,
            apps=1,
            **two_way,
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
            **two_way,
        ),
        tech(
            "contact-90",
            "90 of 100 contact requests answered in time: TECH-RESPONSIVE met",
            contact=(100, 90),
            mac=18,
            **two_way,
        ),
        tech(
            "no-manager",
            "its partnership manager left in spring: TECH-MANAGER not met",
            manager="left",
            mac=16,
            **two_way,
        ),
        tech(
            "waiver-in-force",
            "no partnership manager, waived: TECH-MANAGER waived, compliant",
            manager="none",
            mac=19,
            joined=date(y - 1, 10, 1),
            **two_way,
            waivers=[("technology", "TECH-MANAGER", date(y, 3, 1), date(y + 1, 2, 28))],
        ),
        tech(
            "waiver-expired",
            f"no partnership manager, waiver ended {y}-09-30: not_met",
            manager="none",
            mac=13,
            joined=date(y, 1, 15),
            **two_way,
            waivers=[("technology", "TECH-MANAGER", date(y, 1, 1), date(y, 9, 30))],
        ),
        tech(
            "old-agreement",
            "never signed the version in force: TECH-AGREEMENT not met",
            papers="old",
            mac=17,
            **two_way,
        ),
        tech(
            "redline",
            "its addendum carries redlines: TECH-NO-REDLINES not met",
            papers="redline",
            mac=20,
            **two_way,
        ),
        tech(
            "unknown-version",
            "developer terms of an unknown version: TECH-AGREEMENT needs_review",
            papers="unknown_version",
            mac=12.5,
            **two_way,
        ),
        tech(
            "no-developer-terms",
            "developer terms never executed: TECH-AGREEMENT not met, TECH-SIGNED met",
            papers="no_developer_terms",
            mac=9,
            joined=date(y - 1, 5, 6),
            **two_way,
        ),
        tech(
            "no-application",
            "application never completed: TECH-AGREEMENT not met, value 0",
            papers="no_application",
            mac=9,
            joined=date(y, 4, 1),
            **two_way,
        ),
    ]
