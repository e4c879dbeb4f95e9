"""Yearly technology tiers (section 5).

Belongs here: criteria and assignment. Does not belong here: compliance, usage counting.
"""

from datetime import date

from .constants import INVITATION_DUE, SELECT_AVERAGE, TIERS
from .dates import local_date
from .ledger import Ledger
from .moves import successions
from .people import of_partner

PASS = ("met", "waived")
DOUBT = ("no_evidence", "needs_review")
METRICS = {"bidirectional_flow": "bidirectional_apps"}  # criteria not named as their metric


class Tiers:
    """Assessments of every year of the run, in order, each on its own calendar year."""

    def __init__(self, ledger: Ledger, clock):
        """clock: the moment of what is known (aware datetime), for unanswered invitations."""
        self.ledger, self.facts, self.clock = ledger, ledger.facts, clock
        self.eligibility, self.assignments, computed = [], [], {}
        for year in range(ledger.first_year, ledger.year + 1):
            for s in ledger.scopes:
                if s.period == str(year) and s.program == "technology":
                    row = self.assess(s, year, computed)
                    self.assignments.append(row)
            computed = {(r["partner_id"], r["tier_year"]): r["tier"] for r in self.assignments}

    def criteria(self, s, year: int) -> dict[str, list[tuple]]:
        """tier -> [(criterion, status, value, threshold)], inherited ones repeated."""
        enrolled = ("enrolled", "met", 1, 1)
        compliance = ("compliance", self.compliance(s), None, None)
        listed = self.listed_apps(s)
        average = self.average(s, year)
        flow = ("bidirectional_flow", self.bidirectional(s, year), None, None)
        invitation = ("invitation", self.invitation(s.partner, year + 1), None, None)
        by_tier = {
            "foundation": [enrolled],
            "select": [enrolled, compliance, listed, average, flow],
            "premier": [enrolled, compliance, listed, average, flow, invitation],
        }
        return {t: [self.waive(s, self.doubted(s, t, c)) for c in cs] for t, cs in by_tier.items()}

    def doubted(self, s, tier: str, criterion: tuple) -> tuple:
        """The criterion; `needs_review` if a row that could not be read may undo it."""
        name, status, value, threshold = criterion
        of = (METRICS.get(name, name), ">=", None)
        self.ledger.unread += self.ledger.doubts.listed(s, name, tier, of, status)
        return name, self.ledger.doubts.status(s, *of[:2], status), value, threshold

    def waive(self, s, criterion: tuple) -> tuple:
        name, status, value, threshold = criterion
        open_to_waiver = name != "invitation" and status not in PASS
        if open_to_waiver and self.ledger.waiver(s.partner, "technology", name, s.end):
            status = "waived"
        return name, status, value, threshold

    def compliance(self, s) -> str:
        statuses = {r["status"] for r in self.ledger.must(s)}
        if "not_met" in statuses:
            return "not_met"
        return "no_evidence" if "no_evidence" in statuses else "met"

    def listed_apps(self, s) -> tuple:
        if not {"apps", "listing_events"} <= self.facts.covered:
            return "listed_apps", "no_evidence", None, 1
        count = len(self.ledger.usage.listed_apps(s.partner, s.end))
        return "listed_apps", "met" if count >= 1 else "not_met", count, 1

    def average(self, s, year: int) -> tuple:
        value, status = self.ledger.usage.average(s.partner, year)
        if status is None:
            status = "met" if value >= SELECT_AVERAGE else "not_met"
        return "average_monthly_active_customers", status, value, SELECT_AVERAGE

    def bidirectional(self, s, year: int) -> str:
        if not {"apps", "listing_events"} <= self.facts.covered:
            return "no_evidence"
        usage = self.ledger.usage
        listed = usage.listed_apps(s.partner, s.end)
        flows = {usage.data_flow(a, year)["observed"] for a in listed}
        if "bidirectional" in flows:
            return "met"
        return "no_evidence" if None in flows else "not_met"

    def invitation(self, partner: str, tier_year: int) -> str:
        due = date(tier_year, *INVITATION_DUE)
        for i in of_partner(self.facts, "premier_invitations", partner):
            if i["tier_year"] == tier_year:
                if i["status"] == "accepted" and i["decided_on"] <= due:
                    return "met"
                if i["status"] == "invited" and local_date(self.clock) <= due:
                    return "needs_review"
        return "not_met"

    def assess(self, s, year: int, computed: dict) -> dict:
        criteria = self.criteria(s, year)
        for tier, rows in criteria.items():
            for name, status, value, threshold in rows:
                self.eligibility.append(
                    {
                        "year": year,
                        "partner_id": s.partner,
                        "tier": tier,
                        "criterion": name,
                        "status": status,
                        "value": value,
                        "threshold": threshold,
                    }
                )
        invitation = next(c[1] for c in criteria["premier"] if c[0] == "invitation")
        low, high = highest(criteria, PASS), highest(criteria, PASS + DOUBT)
        if self.ledger.roll_up(s) != "non_compliant":  # an invitation that is honoured
            low = "premier" if invitation == "met" else low
            high = "premier" if invitation in ("met", "needs_review") else high
        previous = computed.get((s.partner, year))
        movement = "first"
        if previous is not None:
            step = TIERS.index(low) - TIERS.index(previous)
            movement = "up" if step > 0 else "down" if step < 0 else "same"
        elif self.first_enrolled(s.partner).year == year:
            previous = "foundation"
        closed = self.closed(s.partner, year + 1)
        return {
            "tier_year": year + 1,
            "partner_id": s.partner,
            "tier": low,
            "tier_low": low,
            "tier_high": high,
            "previous_tier": previous,
            "movement": movement,
            "undetermined": low != high,
            "closed_on": closed,
        }

    def first_enrolled(self, partner: str) -> date:
        return min(
            e["enrolled_on"]
            for e in of_partner(self.facts, "enrollments", partner)
            if e["program"] == "technology"
        )

    def closed(self, partner: str, tier_year: int) -> date | None:
        """The day of the tier year on which a person ended the status, or the partner merged into
        another."""
        ends = [
            d["decided_on"]
            for d in of_partner(self.facts, "governance_decisions", partner)
            if d["program"].lower() == "technology"
            and d["decision"] == "end_status"
            and d["decided_on"].year == tier_year
        ]
        succession = successions(self.facts).get(partner)
        if succession and succession[1].year == tier_year:
            ends.append(succession[1])
        return min(ends, default=None)


def highest(criteria: dict, passing: tuple) -> str:
    """The highest tier all of whose criteria pass, rung by rung."""
    reached = "foundation"
    for tier in TIERS:
        if all(status in passing for _, status, _, _ in criteria[tier]):
            reached = tier
        else:
            break
    return reached
