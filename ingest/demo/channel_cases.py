"""The special partners of the reseller, services and referral programs, with their outcomes.

Belongs here: the list of cases, with their settings and the expected outcome as a sentence.
Does not: how a setting becomes rows (topic modules); identity and technology (cases.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.demo.world import Case, World


def channel_cases(world: World) -> list[Case]:
    """The special partners of these programs, in the order of their ids."""
    return [*_reseller(world), *_other(world)]


def _reseller(world: World) -> list[Case]:
    y = world.year

    def sell(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "reseller", outcome, knobs)

    override = "its agreement says 60,000"
    clash = [("60000", date(y - 2, 2, 1), None), ("75000", date(y, 11, 1), None)]
    cases = [
        sell("arr-below", "ARR 99,999.9999: RESL-ARR not_met, gap 0.0001", arr="99999.9999"),
        sell("arr-exact", "ARR 100,000.0000: RESL-ARR met, gap 0", arr="100000.0000"),
        sell(
            "arr-override",
            f"ARR 72,000 where {override}: met, threshold from the agreement",
            arr="72000.0000",
            override=[("60000", date(y - 2, 2, 1), None)],
        ),
        sell(
            "arr-override-expired",
            f"ARR 72,000; {override} until {y - 1}-12-31: not_met",
            arr="72000.0000",
            override=[("60000", date(y - 2, 2, 1), date(y - 1, 12, 31))],
        ),
        sell(
            "arr-grace",
            f"enrolled {y}-05-15 with ARR 20,000: RESL-ARR not_applicable",
            arr="20000.0000",
            joined=date(y, 5, 15),
        ),
        sell(
            "report-late",
            f"the report for {y}-05 came on {y}-06-16, a day late: counts, listed",
            reports="late",
        ),
        sell("report-missing", f"no report for {y}-08: RESL-REPORTS not_met", reports="missing"),
        sell(
            "report-corrected",
            f"{y}-03 corrected in May: the later lines replace the earlier",
            reports="corrected",
        ),
        sell(
            "report-withdrawn",
            f"{y}-04 corrected to no sales: its lines are gone",
            reports="withdrawn",
        ),
        sell(
            "report-bad-correction",
            f"the correction of {y}-02 has a bad row: replaces nothing, "
            "its good rows quarantined under `replacement`",
            reports="bad_correction",
        ),
        sell(
            "report-no-sales",
            f"sells nothing new in {y}-07 and says so: a report is a report",
            reports="no_sales",
        ),
        sell(
            "reports-none",
            "never reported: every metric that reads the lines is no_evidence",
            reports="none",
        ),
        sell(
            "report-repeated",
            f"the same line in {y}-09 and {y}-10: counted, in doubt; only with it is the"
            " minimum met: RESL-ARR needs_review",
            arr="85000.0000",
            reports="repeated",
        ),
        sell(
            "forecast-missed", f"no forecast for {y}-Q3: RESL-FORECAST not_met", forecast="missed"
        ),
        sell(
            "credits",
            "a credit over the whole term lowers what recurs, a larger one stops at 0, one of"
            " a month is booked once",
            lines="credits",
        ),
        sell(
            "currency-eur",
            "reports in EUR, GBP and JPY: USD by the rates of each term's first day",
            currency="EUR",
            lines="currencies",
        ),
        sell(
            "currency-no-rate",
            "reports in AED, which has no ECB rate: ARR no_evidence",
            currency="AED",
        ),
        sell(
            "churn-and-return",
            "a customer ends and comes back: churn, then reactivation",
            lines="return",
        ),
        sell(
            "long-and-leap",
            "a 36-month term and a year from Feb 29: whole months exactly",
            lines="leap",
        ),
        sell(
            "early-renewal",
            "a renewal before the old term ends, a cancellation, a contraction; upgrades, products"
            " beside each other, trials, what is sold once, an expansion of nothing",
            lines="changes",
        ),
        sell(
            "training-lapsed",
            "the sales course expired: RESL-TRAINING not_met, 1 of 2",
            training="lapsed",
        ),
        sell(
            "training-one-person",
            "one person holds both courses: fills one role, not_met",
            training="one_person",
        ),
        sell(
            "training-enrolled",
            "enrolled, not completed: not_met",
            training="enrolled",
            joined=date(y, 2, 3),
        ),
        sell("training-left", "the certified person left: not_met", training="left"),
        sell(
            "training-same-email",
            "two contacts with one e-mail are one person: not_met",
            training="same_email",
            joined=date(y - 1, 3, 4),
        ),
        sell("plan-jan-31", f"the plan came on {y}-01-31: RESL-PLAN met", plan=date(y, 1, 31)),
        sell(
            "plan-feb-1", f"the plan came on {y}-02-01: not_met, one day late", plan=date(y, 2, 1)
        ),
        sell("plan-no-goals", "the plan has no goals: not_met", plan="no_goals"),
        sell(
            "order-missing",
            "a line without an order form: RESL-ORDER-FORM not_met",
            orders="missing",
        ),
        sell(
            "order-foreign", "a line with another partner's order form: not_met", orders="foreign"
        ),
        sell("order-late", "a form executed only in the next January: not_met", orders="late"),
    ]
    if world.conflicts:
        cases.append(
            sell(
                "override-conflict",
                "two overrides in force at once: RESL-ARR "
                "needs_review naming both, the run exits 1",
                arr="70000.0000",
                override=clash,
            )
        )
    return cases


def _other(world: World) -> list[Case]:
    y = world.year

    def serve(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "services", outcome, knobs)

    kinds = ["good", "good", "no_form", "open", "unqualified", "lost", "before_enrolment"]
    return [
        serve("cert-none", "nobody passed: SERV-CERTIFICATION not_met", cert="none"),
        serve(
            "cert-unannounced",
            "never announced: SERV-MARKETING-FIRST not_met",
            cert="unannounced",
            joined=date(y - 1, 2, 5),
        ),
        serve(
            "cert-announced-early",
            "announced before it was passed: not_met",
            cert="early",
            joined=date(y, 3, 3),
        ),
        serve(
            "cert-rejected",
            "the announcement was rejected: not_met",
            cert="rejected",
            joined=date(y - 1, 9, 2),
        ),
        serve(
            "cert-expired",
            f"the certificate ran out in {y}-10: SERV-CERTIFICATION not_met",
            cert="expired",
        ),
        serve("cert-left", "the certified person left: not_met", cert="left"),
        serve(
            "two-quarters",
            "marketing in two quarters and no reference: advice only, compliant",
            quarters=2,
            references=0,
        ),
        serve("small-logo", "a logo of 320 pixels: no services listing", logo=320),
        Case(
            "referrals",
            "referral",
            "R-0001 to R-0007: two good ones, the others each fail one rule",
            {"referrals": kinds},
        ),
        Case(
            "referrals-old-terms",
            "referral",
            "its terms are old: REFR-AGREEMENT not_met and no commission on R-0008",
            {"referrals": ["late"], "papers": "old"},
        ),
        Case(
            "referrals-open-case",
            "referral",
            "a case is open: no commission on R-0009 for now",
            {"referrals": ["good"], "conduct": ("major", "open", date(y, 10, 2), None)},
        ),
        Case(
            "referrals-not-enrolled",
            "industry",
            "not in a program that refers: no commission on R-0010",
            {"referrals": ["good"]},
        ),
        Case(
            "unicode",
            "services referral",
            "a name with marks and an umlaut domain slug",
            {"name": "Überbau & Žižka Consulting", "country": "Germany"},
        ),
    ]
