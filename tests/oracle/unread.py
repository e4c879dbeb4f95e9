"""Rows that could not be read, and the answers that they put in doubt (section 2).

Belongs here: whose a faulty row is, which days it touches, what puts it right, what it doubts.
Does not belong here: reading files (load.py), or any figure.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .dates import local_date, month_end, next_month
from .moves import members, owners
from .schema import ENTITIES

DAY = timedelta(days=1)
LEFT_OUT = {"usage_events", "overlaps", "enrollments", "fx_rates", "api_call_activity"}
# The entities that a succession moves; rows of others stay with their partner.
MOVING = {
    "subscription_lines",
    "contacts",
    "trainings",
    "customer_references",
    "apps",
    "listing_events",
    "installations",
    "test_customers",
    "contact_requests",
    "registrations",
}
OWN_DAY = {
    "trainings": ["completed_on", "enrolled_on"],
    "apps": ["owned_from", "first_launched_on"],
}
ENDS = {
    "agreements": "ended_on",
    "agreement_terms": "effective_to",
    "contacts": "active_to",
    "trainings": "expires_on",
    "conduct_cases": "closed_on",
    "installations": "uninstalled_at",
    "subscription_lines": "term_end",
}
UP, DOWN = ("raises",), ("lowers",)
EITHER = ("raises", "lowers")
LISTED = {"listed": UP, "removed": DOWN}
UNLISTED = {**LISTED, "validated": DOWN, "validation_failed": UP}
# metric -> entity -> what its rows do to the figure, by their kind where that matters
EFFECTS = {
    "agreements_current": {"agreements": UP},
    "agreements_signed": {"agreements": UP},
    "agreements_redlined": {"agreements": UP},
    "partnership_managers": {"contacts": UP},
    "apps_without_enablement": {
        "apps": UP,
        "listing_events": LISTED,
        "enablement_materials": DOWN,
    },
    "apps_not_validated": {"apps": UP, "listing_events": UNLISTED},
    "apps_listing_incomplete": {"apps": EITHER, "listing_events": LISTED},
    "conduct_upheld": {"conduct_cases": UP},
    "average_monthly_active_customers": {"apps": UP, "installations": UP},
    "contact_answered_share": {"apps": EITHER, "contact_requests": EITHER},
    "certified_people": {"contacts": UP, "trainings": UP},
    "certification_announced": {"marketing_activities": UP, "contacts": UP, "trainings": UP},
    "references_in_year": {
        "customer_references": {"offered": UP, "accepted": UP, "withdrawn": DOWN}
    },
    "marketing_quarters": {"marketing_activities": UP},
    "arr_usd": {
        "subscription_lines": {
            "new": UP,
            "renewal": UP,
            "expansion": UP,
            "contraction": DOWN,
            "credit": DOWN,
            "cancellation": DOWN,
        }
    },
    "training_roles_filled": {"contacts": UP, "trainings": UP},
    "business_plan_complete": {"business_plans": UP},
    "orders_without_executed_form": {
        "subscription_lines": {"new": UP, "renewal": UP, "expansion": UP},
        "order_forms": DOWN,
    },
    "reports_received": {"reports": UP},
    "forecast_quarters": {"forecast_lines": UP, "reports": UP},
    "listed_apps": {"apps": UP, "listing_events": LISTED},
    "bidirectional_apps": {"apps": UP, "installations": UP, "listing_events": LISTED},
    "invitation": {
        "premier_invitations": {"invited": UP, "accepted": UP, "declined": DOWN, "withdrawn": DOWN}
    },
}
# (metric, entity) of which a row counts on its own day alone
ON_ITS_DAY = {
    ("orders_without_executed_form", "subscription_lines"),
    ("references_in_year", "customer_references"),
    ("marketing_quarters", "marketing_activities"),
    ("contact_answered_share", "contact_requests"),
}
# Windows: over the period, over its calendar year, over all that came before; else its last day.
OVER_PERIOD = {
    "conduct_upheld",
    "contact_answered_share",
    "marketing_quarters",
    "orders_without_executed_form",
    "reports_received",
    "forecast_quarters",
}
OVER_YEAR = {
    "references_in_year",
    "business_plan_complete",
    "average_monthly_active_customers",
    "bidirectional_apps",
    "invitation",
}
EVER = {"certification_announced"}


@dataclass
class Unread:
    """One visible row: what could be read of it (`row`), and where it is."""

    entity: str
    file: str
    place: int | None
    received: datetime
    row: dict
    whole_file: bool = False
    right: bool = False
    partners: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple | None:
        names = ENTITIES[self.entity]["key"]
        return tuple(self.row[n] for n in names) if all(n in self.row for n in names) else None

    @property
    def kind(self) -> str | None:
        enums = [c for c, kind in ENTITIES[self.entity]["columns"].items() if "enum" in kind]
        return self.row.get(enums[0]) if enums else None


def as_day(value) -> date | None:
    return local_date(value) if isinstance(value, datetime) else value


def days(unread: Unread) -> tuple[date | None, date | None]:
    """The first and last day that the row can touch; None for any."""
    row, entity = unread.row, unread.entity
    columns = ENTITIES[entity]["columns"].items()
    dated = [c for c, kind in columns if kind.startswith(("date", "timestamp"))]
    names = OWN_DAY.get(entity, dated[:1])
    first = next((as_day(row[n]) for n in names if row.get(n)), None)
    last = as_day(row.get(ENDS.get(entity)))
    if entity == "subscription_lines" and row.get("line_type") == "cancellation":
        last = None
    if entity in ("business_plans", "premier_invitations"):
        plan = entity == "business_plans"
        year = row.get("plan_year" if plan else "tier_year")
        if year is None:
            return (first, None) if plan else (None, None)
        year -= 0 if plan else 1
        since = date(year, 1, 1)
        first = max(first or since, since) if plan else since
        last = date(year, 12, 31)
    elif entity == "forecast_lines":
        quarter = row.get("quarter")
        if quarter is None:
            return None, None
        first = date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)
        last = month_end(next_month(next_month(first)))
    elif entity == "reports":
        month = row.get("report_month")
        if month is None:
            return first, first  # its receipt is all that is known
        last = max(month_end(next_month(month)), first or date.min)
    if first and last and last < first:
        return None, None
    return first, last


def put_right(rows: list[Unread], accepted: list[tuple], clean: list[tuple]) -> None:
    """Mark what something accepted later put right.

    accepted: (entity, key, received, file, place) of every accepted row; clean: (partner, month,
    received, file) of every report of lines without a fault, or declared without sales.
    """
    later = defaultdict(list)
    for entity, key, *place in accepted:
        later[entity, key].append(tuple(place))
    reports = defaultdict(list)
    for partner, month, *place in clean:
        reports[partner, month].append(tuple(place))
    for one in rows:
        if one.entity == "subscription_lines":
            group = one.row.get("partner_id"), one.row.get("report_month")
            one.right = any(p > (one.received, one.file) for p in reports[group])
        elif one.key is not None:
            own = (one.received, one.file, one.place or 0)
            one.right = any(p > own for p in later[one.entity, one.key])


class Doubts:
    """The visible rows of a run, and what they put in doubt."""

    def __init__(self, facts):
        self.facts = facts
        spans = owners(facts)
        agreements = {a["agreement_id"]: a["partner_id"] for a in facts.of("agreements")}
        self.rows = [u for u in facts.unread if not u.right and u.entity not in LEFT_OUT]
        for one in self.rows:
            row = one.row
            if row.get("partner_id"):
                one.partners = {row["partner_id"]}
            elif row.get("app_id"):
                one.partners = self._owners(spans.get(row["app_id"], []), days(one)[0])
            elif row.get("agreement_id") in agreements:
                one.partners = {agreements[row["agreement_id"]]}
        self._members = {}

    @staticmethod
    def _owners(spans: list, day: date | None) -> set[str]:
        """The owner of the day; of a row whose day can't be read, every owner."""
        if day is None:
            return {p for _, p in spans}
        past = [p for since, p in spans if since is None or since <= day]
        return {past[-1]} if past else set()

    def of(self, scope, metric: str, parameter: str | None = None):
        """(row, sides) of what bears on a metric of the scope."""
        at = scope.partner, scope.end
        if at not in self._members:
            self._members[at] = {*members(self.facts, *at), scope.partner}
        for one in self.rows:
            whose = self._members[at] if one.entity in MOVING else {scope.partner}
            if one.partners & whose:
                sides = self._sides(one, scope, metric, parameter)
                if sides:
                    yield one, sides

    def _sides(self, one: Unread, scope, metric: str, parameter: str | None) -> tuple:
        if one.entity == "agreement_terms":
            named = one.row.get("parameter")
            used = named is None or named == parameter
            return EITHER if used and self._touches(one, scope, metric) else ()
        effect = EFFECTS.get(metric, {}).get(one.entity, ())
        if isinstance(effect, dict):
            known = [side for sides in effect.values() for side in sides]
            effect = tuple(known) if one.kind is None else effect.get(one.kind, ())
        return effect if effect and self._touches(one, scope, metric) else ()

    def _touches(self, one: Unread, scope, metric: str) -> bool:
        start = scope.end
        if metric in OVER_PERIOD:
            start = scope.start
        elif metric in OVER_YEAR:
            start = date(scope.end.year, 1, 1)
        if one.whole_file:
            return local_date(one.received) <= scope.end
        first, last = days(one)
        if (metric, one.entity) in ON_ITS_DAY:
            return first is None or start <= first <= scope.end
        ended = last is not None and last < start and metric not in EVER
        return (first is None or first <= scope.end) and not ended

    def status(self, scope, metric: str, comparator: str, status: str, parameter=None) -> str:
        """The status, or needs_review where a visible row may undo it."""
        undone = undoes(comparator, status)
        in_doubt = any(set(sides) & undone for _, sides in self.of(scope, metric, parameter))
        return "needs_review" if in_doubt else status

    def listed(self, scope, rule: str, tier: str | None, of: tuple, status: str) -> list[dict]:
        """Rows of fct_unread_rows beside one answer; `of`: metric, comparator, parameter."""
        metric, comparator, parameter = of
        return [
            {
                "period": scope.period,
                "partner_id": scope.partner,
                "program": scope.program,
                "tier": tier,
                "requirement": rule,
                "file": one.file,
                "row_number": one.place,
                "decides": bool(set(sides) & undoes(comparator, status)),
            }
            for one, sides in self.of(scope, metric, parameter)
        ]


def undoes(comparator: str, status: str) -> set[str]:
    """Which sides could undo an answer."""
    up = comparator == ">="
    return {"met": {"lowers" if up else "raises"}, "not_met": {"raises" if up else "lowers"}}.get(
        status, set()
    )
