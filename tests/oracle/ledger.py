"""The requirement ledger, its roll-up, and the reviews (sections 2, 3, 8).

Belongs here: periods, who is in the ledger, coverage, thresholds, waivers, roll-up, reviews.
Does not belong here: how a metric is counted (arr.py, people.py, apps.py).
"""

from datetime import date
from decimal import Decimal

from . import apps as app_metrics
from . import people
from .arr import Book
from .books import Books
from .constants import (
    ARR_GRACE_MONTHS,
    MINIMUM_ARR_USD,
    MINIMUM_PARAMETER,
    PLAN_DUE,
    READS,
    READS_LINES,
    REQUIREMENTS,
)
from .dates import anniversary
from .moves import held, holder
from .people import NOT_APPLICABLE, Metric, Scope, of_partner, runs, upheld_in
from .unread import Doubts

EXPECTED = ("marketing_quarters", "forecast_quarters", "reports_received")
APP_METRICS = (
    "apps_not_validated",
    "apps_without_enablement",
    "apps_listing_incomplete",
    "contact_answered_share",
)


def periods(first_year: int, year: int) -> list[tuple[str, date, date]]:
    """(name, first day, last day) of every period of the run, in order."""
    out = []
    for y in range(first_year, year + 1):
        out.append((f"{y}", date(y, 1, 1), date(y, 12, 31)))
        out.append((f"{y}-H1", date(y, 1, 1), date(y, 6, 30)))
        out.append((f"{y}-H2", date(y, 7, 1), date(y, 12, 31)))
    return out


class Ledger:
    """All requirement results of a run, from which everything else rolls up."""

    def __init__(self, facts, year: int):
        self.facts, self.year = facts, year
        self.usage = app_metrics.Usage(facts)
        self.partners = {p["partner_id"]: p for p in facts.of("partners")}
        years = [e["enrolled_on"].year for e in facts.of("enrollments")]
        # The year asked for is computed whoever is enrolled.
        self.first_year = min([*years, year])
        self.books = Books(facts, year)
        self.doubts, self.unread = Doubts(facts), []
        self.scopes = [
            Scope(name, start, end, partner, program, enrolment)
            for name, start, end in periods(self.first_year, year)
            for (partner, program), enrolment in self.enrolled(end).items()
        ]
        self.results = [r for s in self.scopes for r in self.judge(s)]

    def enrolled(self, day: date) -> dict[tuple[str, str], dict]:
        """(partner, program) -> running enrolment at the day; terminated partners left out."""
        out = {}
        for e in sorted(self.facts.of("enrollments"), key=lambda e: e["enrolled_on"]):
            ended = e["ended_on"] is not None and e["ended_on"] <= day
            if e["enrolled_on"] <= day and not ended and not self.terminated(e["partner_id"], day):
                out[e["partner_id"], e["program"]] = e
        return out

    def terminated(self, partner: str, day: date) -> bool:
        """Terminated, or become one with another, on or before the day."""
        if holder(self.facts, partner, day) != partner:
            return True
        row = self.partners.get(partner)
        if row is None:
            return False
        if row["terminated_on"] is None:  # a status without a date counts as it stands
            return row["status"] == "terminated"
        return row["terminated_on"] <= day

    def book(self, partner: str, day: date) -> Book:
        return self.books.book(partner, day)

    def lines_covered(self, partner: str, day: date) -> bool:
        reported = any(r["received_on"] <= day for r in of_partner(self.facts, "reports", partner))
        lines = [
            *of_partner(self.facts, "subscription_lines", partner),
            *held(self.facts, "subscription_lines", partner, day),
        ]
        return reported or any(x["report_month"] <= day for x in lines)

    def minimum(self, partner: str, day: date) -> tuple[Decimal | None, str]:
        """(threshold, source): policy, the agreement with a term in force, or both in conflict."""
        agreements = {a["agreement_id"]: a for a in of_partner(self.facts, "agreements", partner)}
        terms = [
            t
            for t in self.facts.of("agreement_terms")
            if t["parameter"] == MINIMUM_PARAMETER
            and t["agreement_id"] in agreements
            and runs(agreements[t["agreement_id"]], day)
            and t["effective_from"] <= day
            and (t["effective_to"] is None or day <= t["effective_to"])
        ]
        if not terms:
            return MINIMUM_ARR_USD, "policy"
        if len(terms) == 1:
            return Decimal(terms[0]["value"]), terms[0]["agreement_id"]
        return None, ", ".join(sorted(t["agreement_id"] for t in terms))

    def measure(self, metric: str, s: Scope) -> Metric:
        """The metric with its coverage; not applicable by dates alone comes first."""
        enrolled_on = s.enrolment["enrolled_on"]
        if metric == "references_in_year" and s.period.endswith("H1"):
            return NOT_APPLICABLE
        if metric == "average_monthly_active_customers" and s.period.endswith("H1"):
            return NOT_APPLICABLE  # a calendar year's figure
        if metric == "business_plan_complete" and enrolled_on > date(s.end.year, *PLAN_DUE):
            return NOT_APPLICABLE
        if metric == "arr_usd" and s.end < anniversary(enrolled_on, ARR_GRACE_MONTHS):
            return NOT_APPLICABLE
        if metric in EXPECTED and not getattr(people, metric)(self.facts, s).expected:
            return NOT_APPLICABLE
        if not set(READS[metric]) <= self.facts.covered:
            return Metric(status="no_evidence")
        if metric in READS_LINES and not self.lines_covered(s.partner, s.end):
            return Metric(status="no_evidence")
        if metric == "arr_usd":
            value = self.book(s.partner, s.end).arr(s.end)
            if value is None:
                return Metric(status="no_evidence")
            return Metric(value, other=self.book(s.partner, s.end).arr(s.end, sure=True))
        if metric == "average_monthly_active_customers":
            return Metric(*self.usage.average(s.partner, s.end.year))
        if metric in APP_METRICS:
            return getattr(app_metrics, metric)(self.facts, self.usage, s)
        return getattr(people, metric)(self.facts, s)

    def judge(self, s: Scope) -> list[dict]:
        out = []
        for requirement, program, strength, metric, comparator, threshold in REQUIREMENTS:
            if program != s.program:
                continue
            got, source = self.measure(metric, s), "policy"
            if metric == "arr_usd":
                threshold, source = self.minimum(s.partner, s.end)
                if threshold is None and got.status != "not_applicable":
                    got = Metric(got.value, status="needs_review", other=got.other)
            elif threshold is None:
                threshold = getattr(people, metric)(self.facts, s).expected
                threshold = None if got.status == "not_applicable" else threshold
            gap = None
            if got.value is not None and threshold is not None:
                short = threshold - got.value if comparator == ">=" else got.value - threshold
                gap = max(Decimal(0), Decimal(short))
            status = got.status or ("met" if gap == 0 else "not_met")
            other = got.other if got.other != got.value else None
            if got.status is None and other is not None and threshold is not None:
                holds = other >= threshold if comparator == ">=" else other <= threshold
                status = status if holds == (status == "met") else "needs_review"
            of = (metric, comparator, MINIMUM_PARAMETER if metric == "arr_usd" else None)
            self.unread += self.doubts.listed(s, requirement, None, of, status)
            status = self.doubts.status(s, metric, comparator, status, of[2])
            waived = status in ("not_met", "no_evidence", "needs_review") and self.waiver(
                s.partner, s.program, requirement, s.end
            )
            blank = got.status in ("no_evidence", "not_applicable")
            out.append(
                {
                    "period": s.period,
                    "partner_id": s.partner,
                    "program": program,
                    "requirement": requirement,
                    "status": "waived" if waived else status,
                    "strength": strength,
                    "metric": metric,
                    "comparator": comparator,
                    "value": None if blank else got.value,
                    "threshold": threshold,
                    "threshold_source": source,
                    "gap": None if blank else gap,
                    "underlying_status": status if waived else None,
                    **({"other_value": other} if metric == "arr_usd" else {}),
                }
            )
        return out

    def waiver(self, partner: str, program: str, name: str, day: date) -> bool:
        return any(
            w["program"].lower() == program
            and w["requirement"] == name
            and w["valid_from"] <= day <= w["valid_to"]
            for w in of_partner(self.facts, "waivers", partner)
        )

    def must(self, s: Scope) -> list[dict]:
        return [
            r
            for r in self.results
            if (r["period"], r["partner_id"], r["program"]) == (s.period, s.partner, s.program)
            and r["strength"] == "must"
        ]

    def roll_up(self, s: Scope) -> str:
        statuses = {r["status"] for r in self.must(s)}
        if "not_met" in statuses:
            return "non_compliant"
        return "undetermined" if statuses & {"no_evidence", "needs_review"} else "compliant"

    def compliance(self) -> list[dict]:
        return [
            {
                "period": s.period,
                "partner_id": s.partner,
                "program": s.program,
                "status": self.roll_up(s),
            }
            for s in self.scopes
        ]

    def reviews(self) -> list[dict]:
        """Half-yearly outcomes; consecutive counts run within one enrolment."""
        decided = {
            (d["review"], d["partner_id"], d["program"]): d["decision"]
            for d in self.facts.of("governance_decisions")
        }
        out, running = [], {}
        ladder = {1: "remediate", 2: "change_benefits"}
        for s in self.scopes:  # in order of time
            if "-H" not in s.period:
                continue
            outcome, key = self.roll_up(s), (s.partner, s.program)
            since, count = running.get(key, (None, 0))
            if since != s.enrolment["enrolled_on"]:
                count = 0  # a new enrolment starts every clock anew
            if outcome == "non_compliant":
                count += 1
            elif outcome == "compliant":
                count = 0
            running[key] = (s.enrolment["enrolled_on"], count)
            action = ladder.get(count, "end_status") if outcome == "non_compliant" else "maintain"
            if any(
                upheld_in(c, s.start, s.end) and c["severity"] == "severe"
                for c in of_partner(self.facts, "conduct_cases", s.partner)
            ):
                action = "end_status"
            out.append(
                {
                    "review": s.period,
                    "partner_id": s.partner,
                    "program": s.program,
                    "outcome": outcome,
                    "consecutive_non_compliant": count,
                    "findings": sorted(
                        r["requirement"] for r in self.must(s) if r["status"] == "not_met"
                    ),
                    "recommended_action": action,
                    "decided_action": decided.get((s.period, s.partner, s.program)),
                }
            )
        return out

    def arr_by_year(self) -> list[dict]:
        out = []
        for year in range(self.first_year, self.year + 1):
            end = date(year, 12, 31)
            resellers = {p for p, program in self.enrolled(end) if program == "reseller"}
            for partner in resellers | self.books.touching(year):
                covered = self.lines_covered(partner, end)
                arr = self.book(partner, end).arr(end) if covered else None
                booked = self.books.booked(partner, year) if covered else None
                least, source = self.minimum(partner, end)
                if partner not in resellers:
                    least = source = None
                known = arr is not None and least is not None
                sure = self.book(partner, end).arr(end, sure=True) if known else None
                doubtful = known and sure is not None and (sure >= least) != (arr >= least)
                out.append(
                    {
                        "partner_id": partner,
                        "year": year,
                        "arr_usd": arr,
                        "booked_arr_usd": booked,
                        "minimum_usd": least,
                        "minimum_source": source,
                        "meets_minimum": arr >= least if known and not doubtful else None,
                    }
                )
        return out
