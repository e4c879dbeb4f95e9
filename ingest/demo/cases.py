"""The special partners: what makes programs hard, one named case each, with the outcome expected.

Belongs here: the list of cases with their knobs and the sentence that says what must come out.
Does not: how a knob becomes rows (topic modules), deal registrations' own cases (deal_cases.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ingest.demo.world import World


@dataclass(frozen=True)
class Case:
    """One case: its slug, its programs, the outcome, and the knobs that make it so."""

    slug: str
    programs: str
    outcome: str
    knobs: dict[str, Any] = field(default_factory=dict)


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
        *_reseller(world),
        *_other(world),
    ]


def _people(world: World) -> list[Case]:
    y = world.year
    return [
        Case("five-programs", "technology services referral reseller industry",
             "compliant in all five programs; each judged by its own requirements"),
        Case("same-name-1", "technology", "shares its name with the next partner, not its domain",
             {"name": "Ridge Systems", "country": "United States", "domain": "ridgesystems.com"}),
        Case("same-name-2", "reseller", "shares its name with the partner before, not its domain",
             {"name": "Ridge Systems", "country": "Canada", "domain": "ridge-systems.ca"}),
        Case("terminated", "technology referral",
             f"terminated on {y}-08-15: rows for {y}-H1, none for {y} and {y}-H2",
             {"terminated": date(y, 8, 15)}),
        Case("left-and-back", "technology",
             f"technology ended {y - 1}-06-30, anew from {y}-02-01: no rows for {y - 1}-H2, "
             f"movement `first` or against what was computed, clocks start anew",
             {"stays": [(date(y - 2, 2, 1), date(y - 1, 6, 30)), (date(y, 2, 1), None)],
              "launch": date(y - 2, 4, 1), "mac": 6}),
        Case("industry-only", "industry", "compliant, no requirement set"),
    ]  # fmt: skip


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
        tech("mac-9.9", "average 9.9 over 10 months: foundation, gap 0.1", **mac(99, 10)),
        tech("mac-10", "average 10.0 over 12 months: select", **mac(120, 12)),
        tech("mac-49.9", "average 49.9 over 10 months: select, gap 0.1", **mac(499, 10)),
        tech("mac-50", "average 50.0, bidirectional: preferred", **mac(600, 12)),
        tech("mac-99.9", "average 99.9, no invitation: preferred", **mac(999, 10)),
        tech("mac-100", "average 100.0 and an accepted invitation: premier",
             invite=[(y + 1, "accepted", january)], **mac(1200, 12)),
        tech("premier-uninvited", "average about 150 but never invited: preferred", mac=150, **both),
        tech("premier-accepted", "invited, accepted each year: premier", mac=140,
             invite=[(y, "accepted", date(y, 1, 10)), (y + 1, "accepted", january)], **both),
        tech("premier-declined", "declined the invitation: preferred", mac=130,
             invite=[(y + 1, "declined", january)], **both),
        tech("premier-unanswered", "invited, unanswered when the January run knows: tier_low "
             "preferred, tier_high premier, undetermined", mac=125,
             invite=[(y + 1, "invited", january)], **both),
        tech("premier-withdrawn", "the invitation was withdrawn: preferred", mac=128,
             invite=[(y + 1, "withdrawn", january)], **both),
        tech("premier-late", f"accepted for {y} only on {y}-02-03: no premier for tier year {y}; "
             f"accepted in time for {y + 1}: premier", mac=120,
             invite=[(y, "accepted", date(y, 2, 3)), (y + 1, "accepted", january)], **both),
        tech("premier-below", "average about 60 with an accepted invitation: premier, the missed "
             "criterion shown", mac=60, invite=[(y + 1, "accepted", january)], **both),
        tech("premier-non-compliant", "accepted invitation, framework redlined: technology "
             "non_compliant, so foundation, not premier", mac=135, papers="redline",
             invite=[(y + 1, "accepted", january)], **both),
        tech("pull-only", "average about 60, reads only: select, bidirectional_flow not met",
             mac=60, flow="pull", declared="pull", apps=1),
        tech("pull-waived", "average about 65, reads only, criterion waived: preferred", mac=65,
             flow="pull", declared="pull", apps=1,
             waivers=[("technology", "bidirectional_flow", date(y, 1, 1), date(y + 1, 6, 30))]),
        tech("flow-disagrees", "declared bidirectional, observed pull: a finding, select", mac=58,
             flow="pull", declared="bidirectional", apps=1),
        tech("flow-by-report", "usage shows reads only, the activity report shows writes in every "
             "month: bidirectional, preferred", mac=62, flow="pull", declared="bidirectional",
             apps=1, report="write"),
        tech("short-window", f"first app launched {y}-11-01: 2 months of window, needs_review",
             launch=date(y, 11, 1), mac_exact=[12, 14], apps=1, joined=date(y, 9, 3), **both),
        tech("never-launched", "its app was never launched: average 0, foundation",
             app="never_launched", apps=1),
        tech("demo-only", "all installs are demonstrations: calls reported by cause, average 0",
             app="demo_only", mac=0, apps=1),
        tech("before-launch", f"calls before the launch on {y}-04-16 do not count",
             app="before_launch", launch=date(y, 4, 16), mac=4, apps=1),
        tech("removed", f"its only app was removed in {y}-10: listed_apps 0, foundation",
             app="removed", mac=30, apps=1, **both),
        tech("reapplied", f"removed {y}-03, tested and validated again, listed {y}-06: select",
             app="reapplied", mac=24, apps=1, **both),
        tech("reapplied-untested", f"removed {y}-03, listed again {y}-06 without a new test "
             "customer: APP-REAPPLY among the reasons", app="reapplied_untested", mac=22, apps=1),
        tech("low-usage", "no active customer in the rolling 12 months: removal candidate",
             app="low_usage", apps=1, mac=0),
        tech("unvalidated", "latest validation failed while listed: TECH-TECHNICAL not met",
             app="unvalidated", mac=15, apps=1, **both),
        tech("no-enablement", "no support material: TECH-ENABLEMENT not met", app="no_support",
             mac=14, apps=1, **both),
        tech("fedramp", "a commercial and a FedRAMP listing, which stand apart", app="fedramp",
             mac=33, **both),
        tech("incomplete-listing", "a listing without logo and contact: TECH-LISTING-QUALITY not "
             "met (should), still compliant, APP listing not eligible", app="incomplete", mac=12,
             apps=1, **both),
        tech("tested-late", "the test customer came after the listing: APP-TEST-CUSTOMER fails",
             app="tested_late", mac=11.5, apps=1, **both),
        tech("test-rule-old", "untested, listing set for 2026-05-28: a test customer is required "
             "(seen with --as-of from that day)", app="rule_old", mac=8),
        tech("test-rule-new", "untested, listing set for 2026-06-01: a test customer is only "
             "encouraged (seen with --as-of from that day)", app="rule_new", mac=8),
        tech("contact-89", "89 of 100 contact requests answered in time: TECH-RESPONSIVE not met "
             "(should)", contact=(100, 89), mac=18, **both),
        tech("contact-90", "90 of 100 contact requests answered in time: TECH-RESPONSIVE met",
             contact=(100, 90), mac=18, **both),
        tech("no-manager", "its partnership manager left in spring: TECH-MANAGER not met",
             manager="left", mac=16, **both),
        tech("waiver-in-force", "no partnership manager, waived: TECH-MANAGER waived, compliant",
             manager="none", mac=19, waivers=[("technology", "TECH-MANAGER", date(y, 3, 1),
                                               date(y + 1, 2, 28))], **both),
        tech("waiver-expired", f"no partnership manager, waiver ended {y}-09-30: not_met",
             manager="none", mac=13, waivers=[("technology", "TECH-MANAGER", date(y, 1, 1),
                                               date(y, 9, 30))], **both),
        tech("old-agreement", "never signed the version in force: TECH-AGREEMENT not met",
             papers="old", mac=17, **both),
        tech("redline", "its addendum carries redlines: TECH-NO-REDLINES not met",
             papers="redline", mac=20, **both),
        tech("unknown-version", "developer terms of an unknown version: TECH-AGREEMENT "
             "needs_review", papers="unknown_version", mac=12.5, **both),
        tech("no-developer-terms", "developer terms never executed: TECH-AGREEMENT not met, "
             "TECH-SIGNED met", papers="no_developer_terms", mac=9, **both),
        tech("no-application", "application never completed: TECH-AGREEMENT not met, value 0",
             papers="no_application", mac=9, **both),
    ]  # fmt: skip


def _conduct(world: World) -> list[Case]:
    y = world.year

    def case(slug: str, outcome: str, severity: str, state: str, closed: date | None) -> Case:
        knobs = {"conduct": (severity, state, date(y, 9, 9), closed), "mac": 26,
                 "flow": "bidirectional"}  # fmt: skip
        return Case(slug, "technology referral", outcome, knobs)

    decided = date(y, 11, 20)
    return [
        case("conduct-open", "an open case: TECH-STANDING needs_review, no tier lost", "major",
             "open", None),
        case("conduct-upheld", "a major case upheld: TECH-STANDING not_met, foundation", "major",
             "upheld", decided),
        case("conduct-severe", "a severe case upheld: end_status recommended in all its programs",
             "severe", "upheld", decided),
        case("conduct-minor", "a minor case upheld: TECH-STANDING met", "minor", "upheld", decided),
        case("conduct-dismissed", "the case was dismissed: TECH-STANDING met", "major", "dismissed",
             decided),
    ]  # fmt: skip


def _reseller(world: World) -> list[Case]:
    y = world.year

    def sell(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "reseller", outcome, knobs)

    override = "its agreement says 60,000"
    clash = [("60000", date(y - 2, 2, 1), None), ("75000", date(y, 1, 1), None)]
    found = [
        sell("arr-below", "ARR 99,999.9999: RESL-ARR not_met, gap 0.0001", arr="99999.9999"),
        sell("arr-exact", "ARR 100,000.0000: RESL-ARR met, gap 0", arr="100000.0000"),
        sell("arr-override", f"ARR 72,000 where {override}: met, threshold from the agreement",
             arr="72000.0000", override=[("60000", date(y - 2, 2, 1), None)]),
        sell("arr-override-expired", f"ARR 72,000; {override} until {y - 1}-12-31: not_met",
             arr="72000.0000", override=[("60000", date(y - 2, 2, 1), date(y - 1, 12, 31))]),
        sell("arr-grace", f"enrolled {y}-05-15 with ARR 20,000: RESL-ARR not_applicable",
             arr="20000.0000", joined=date(y, 5, 15)),
        sell("report-late", f"the report for {y}-05 came on {y}-06-16, one day late: counts, listed",
             reports="late"),
        sell("report-missing", f"no report for {y}-08: RESL-REPORTS not_met", reports="missing"),
        sell("report-corrected", f"{y}-03 corrected in May: the later lines replace the earlier",
             reports="corrected"),
        sell("report-withdrawn", f"{y}-04 corrected to no sales: its lines are gone",
             reports="withdrawn"),
        sell("report-bad-correction", f"the correction of {y}-02 has a bad row: replaces nothing, "
             "its good rows quarantined under `replacement`", reports="bad_correction"),
        sell("report-no-sales", f"sells nothing new in {y}-07 and says so: a report is a report",
             reports="no_sales"),
        sell("reports-none", "never reported: every metric that reads the lines is no_evidence",
             reports="none"),
        sell("report-repeated", f"identical lines in {y}-09 and {y}-10: a finding",
             reports="repeated"),
        sell("forecast-missed", f"no forecast for {y}-Q3: RESL-FORECAST not_met",
             forecast="missed"),
        sell("credits", "a credit lowers its subscription, a larger one stops at 0",
             lines="credits"),
        sell("currency-eur", "reports in EUR, GBP and JPY: USD at each term_start",
             currency="EUR", lines="currencies"),
        sell("currency-no-rate", "reports in AED, which has no ECB rate: ARR no_evidence",
             currency="AED"),
        sell("churn-and-return", "a customer ends and comes back: churn, then reactivation",
             lines="return"),
        sell("long-and-leap", "a 36-month term and a year from Feb 29: whole months exactly",
             lines="leap"),
        sell("early-renewal", "a renewal before the old term ends, a cancellation, a contraction",
             lines="changes"),
        sell("training-lapsed", "the sales course expired: RESL-TRAINING not_met, 1 of 2",
             training="lapsed"),
        sell("training-one-person", "one person holds both courses: fills one role, not_met",
             training="one_person"),
        sell("training-enrolled", "enrolled, not completed: not_met", training="enrolled"),
        sell("training-left", "the certified person left: not_met", training="left"),
        sell("training-same-email", "two contacts with one e-mail are one person: not_met",
             training="same_email"),
        sell("plan-jan-31", f"the plan came on {y}-01-31: RESL-PLAN met", plan=date(y, 1, 31)),
        sell("plan-feb-1", f"the plan came on {y}-02-01: not_met, one day late",
             plan=date(y, 2, 1)),
        sell("plan-no-goals", "the plan has no goals: not_met", plan="no_goals"),
        sell("order-missing", "a line without an order form: RESL-ORDER-FORM not_met",
             orders="missing"),
        sell("order-foreign", "a line with another partner's order form: not_met",
             orders="foreign"),
        sell("order-late", "a form executed only in the next January: not_met", orders="late"),
    ]  # fmt: skip
    if world.conflicts:
        found.append(sell("override-conflict", "two overrides in force at once: RESL-ARR "
                          "needs_review naming both, the run exits 1", arr="70000.0000",
                          override=clash))  # fmt: skip
    return found


def _other(world: World) -> list[Case]:
    y = world.year

    def serve(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "services", outcome, knobs)

    kinds = ["good", "good", "no_form", "open", "unqualified", "lost", "before_enrolment"]
    return [
        serve("cert-none", "nobody passed: SERV-CERTIFICATION not_met", cert="none"),
        serve("cert-unannounced", "never announced: SERV-MARKETING-FIRST not_met",
              cert="unannounced"),
        serve("cert-announced-early", "announced before it was passed: not_met", cert="early"),
        serve("cert-rejected", "the announcement was rejected: not_met", cert="rejected"),
        serve("cert-expired", f"the certificate ran out in {y}-10: SERV-CERTIFICATION not_met",
              cert="expired"),
        serve("cert-left", "the certified person left: not_met", cert="left"),
        serve("two-quarters", "marketing in two quarters and no reference: advice only, compliant",
              quarters=2, references=0),
        serve("small-logo", "a logo of 320 pixels: no services listing", logo=320),
        Case("referrals", "referral", "R-0001 to R-0007: two good ones, the others each fail one "
             "rule", {"referrals": kinds}),
        Case("referrals-old-terms", "referral", "its terms are old: REFR-AGREEMENT not_met and no "
             "commission on R-0008", {"referrals": ["good"], "papers": "old"}),
        Case("referrals-open-case", "referral", "a case is open: no commission on R-0009 for now",
             {"referrals": ["good"], "conduct": ("major", "open", date(y, 10, 2), None)}),
        Case("referrals-not-enrolled", "industry", "not in a program that refers: no commission "
             "on R-0010", {"referrals": ["good"]}),
        Case("unicode", "services referral", "a name with marks and an umlaut domain slug",
             {"name": "Überbau & Žižka Consulting", "country": "Germany"}),
    ]  # fmt: skip


def exact(value: str) -> Decimal:
    """Money of a case, exact."""
    return Decimal(value)
