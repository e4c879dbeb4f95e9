"""Apps: launch, listing state, counted calls, data flow (section 4, Apps).

Belongs here: app metrics and usage tables. Does not belong here: listing eligibility, tiers.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from . import moves
from .constants import CONTACT_DAYS, DATA_FLOW_MONTHS, MIN_WINDOW_MONTHS
from .dates import add_business_days, local_date, month_of, months_between, round4
from .people import NOT_APPLICABLE, Metric, Scope

READ, WRITE = {"GET", "HEAD"}, {"POST", "PUT", "PATCH", "DELETE"}


class Usage:
    """Counted calls of all apps, computed once for a set of facts."""

    def __init__(self, facts):
        self.facts = facts
        self.owners = moves.owners(facts)
        self.rows = {(a["app_id"], a["partner_id"]): a for a in facts.of("apps")}
        self.ids = sorted({app for app, _ in self.rows})
        self.events = defaultdict(list)
        for e in facts.of("listing_events"):
            self.events[e["app_id"]].append(e)

    def launch(self, app_id: str) -> date | None:
        """first_launched_on, else the first `listed` event."""
        listed = [e["occurred_on"] for e in self.events[app_id] if e["event"] == "listed"]
        stated = [
            row["first_launched_on"]
            for (app, _), row in self.rows.items()
            if app == app_id and row["first_launched_on"]
        ]
        return min(stated, default=None) or min(listed, default=None)

    def named(self, app_id: str, day: date) -> str | None:
        """The partner whose row of the app is in force on the day."""
        begun = [p for first, p in self.owners[app_id] if first is None or first <= day]
        return begun[-1] if begun else None

    def owner(self, app_id: str, day: date) -> str | None:
        """Whose the app is on the day; after a merger, the successor's."""
        if app_id not in self.owners:
            return None
        named = self.named(app_id, day)
        return None if named is None else moves.holder(self.facts, named, day)

    def row(self, app_id: str, day: date) -> dict:
        """What the owner's own row says of the app."""
        return self.rows[app_id, self.named(app_id, day)]

    def first_had(self, partner: str) -> date | None:
        """The first day on which the partner had a launched app."""
        edges = {s["effective_on"] for s in self.facts.of("partner_successions")}
        days_owned = []
        for app in self.ids:
            launch = self.launch(app)
            if launch is not None:
                days = {launch, *edges, *(d for d, _ in self.owners[app] if d)}
                days_owned += [d for d in days if d >= launch and self.owner(app, d) == partner]
        return min(days_owned, default=None)

    def listed(self, app_id: str, day: date) -> bool:
        """The latest of listed and removed up to the day; on the same day removed is later."""
        moves = [
            (e["occurred_on"], e["event"])
            for e in self.events[app_id]
            if e["event"] in ("listed", "removed") and e["occurred_on"] <= day
        ]
        return bool(moves) and max(moves)[1] == "listed"  # "removed" sorts after "listed"

    def listed_apps(self, partner: str, day: date) -> list[str]:
        return [a for a in self.ids if self.owner(a, day) == partner and self.listed(a, day)]

    @cached_property
    def counted(self) -> list[dict]:
        """Calls that count: successful, since launch, under an installation that is no demo."""
        held = defaultdict(list)
        for i in self.facts.of("installations"):
            if not i["is_demo"]:
                held[i["app_id"], i["company_id"]].append(i)
        out = []
        for e in self.facts.of("usage_events"):
            if e["app_id"] not in self.owners or not 200 <= e["response_code"] <= 299:
                continue
            launch, day = self.launch(e["app_id"]), local_date(e["occurred_at"])
            if launch is None or day < launch:
                continue
            if any(
                i["installed_at"] <= e["occurred_at"]
                and (i["uninstalled_at"] is None or e["occurred_at"] < i["uninstalled_at"])
                for i in held[e["app_id"], e["company_id"]]
            ):
                out.append(
                    {
                        **e,
                        "month": month_of(day),
                        "method": e["http_method"].upper(),
                        "owner": self.owner(e["app_id"], day),
                    }
                )
        return out

    def by_app_month(self, last: date) -> list[dict]:
        """A row for each app and month, to `last`, with at least one counted call."""
        groups = defaultdict(list)
        for e in self.counted:
            if e["month"] <= last:
                groups[e["app_id"], e["month"]].append(e)
        return [
            {
                "app_id": app,
                "month": month,
                "active_customers": len({e["company_id"] for e in calls}),
                "calls_read": sum(e["call_count"] for e in calls if e["method"] in READ),
                "calls_write": sum(e["call_count"] for e in calls if e["method"] in WRITE),
            }
            for (app, month), calls in groups.items()
        ]

    @cached_property
    def active(self) -> dict[tuple[str, date], set[str]]:
        """(partner, month) -> companies, a company once across the partner's apps."""
        out = defaultdict(set)
        for e in self.counted:
            if e["owner"] is not None:
                out[e["owner"], e["month"]].add(e["company_id"])
        return out

    def window(self, partner: str, year: int) -> list[date]:
        """January, or the month in which the partner first had a launched app, to December."""
        first = self.first_had(partner)
        end = date(year, 12, 31)
        if first is None or first > end:
            return []
        return months_between(max(first, date(year, 1, 1)), end)

    def gap(self, window: list[date]) -> bool:
        """Whether usage of the window is not wholly covered."""
        state = not {"apps", "installations"} <= self.facts.covered
        return state or any(m not in self.facts.usage_months for m in window)

    def average(self, partner: str, year: int) -> tuple[Decimal | None, str | None]:
        """(mean of monthly active customers over the window, status where it settles nothing)."""
        window = self.window(partner, year)
        if self.gap(window):
            return None, "no_evidence"
        total = sum(len(self.active.get((partner, month), ())) for month in window)
        value = round4(Fraction(total, len(window))) if window else Decimal(0)
        return value, "needs_review" if 0 < len(window) < MIN_WINDOW_MONTHS else None

    def data_flow(self, app_id: str, year: int) -> dict:
        """Observed flow of an app over its owner's window; None when only coverage is short."""
        end = date(year, 12, 31)
        owner = self.owner(app_id, end)
        window = self.window(owner, year)
        months = {"read": set(), "write": set()}
        for e in self.counted:
            if e["app_id"] == app_id and e["owner"] == owner:
                _mark(months, e["method"], e["month"], window)
        for r in self.facts.of("api_call_activity"):
            made = r["app_id"] == app_id and r["count"] > 0
            made = made and self.owner(app_id, r["date"]) == owner
            if made and 200 <= r["response_code"] <= 299:
                _mark(months, r["http_method"].upper(), month_of(r["date"]), window)
        need = min(DATA_FLOW_MONTHS, len(window))
        reads, writes = len(months["read"]) >= need, len(months["write"]) >= need
        if not window:
            observed = "none"  # launched after the year: no month in which data could flow
        elif reads and writes:
            observed = "bidirectional"
        elif self.gap(window):
            observed = None
        else:
            observed = "pull" if reads else "push" if writes else "none"
        return {
            "year": year,
            "app_id": app_id,
            "observed": observed,
            "declared": self.row(app_id, end)["declared_data_flow"],
            "months_read": len(months["read"]),
            "months_write": len(months["write"]),
        }


def _mark(months: dict, method: str, month: date, window: list[date]) -> None:
    if month in window:
        if method in READ:
            months["read"].add(month)
        elif method in WRITE:
            months["write"].add(month)


def latest_validation(usage: Usage, app_id: str, day: date, after: date | None = None) -> str:
    """The latest validation event up to the day (from `after` on); a failure is later that day."""
    rank = {"validated": 0, "validation_failed": 1}
    validations = [
        (e["occurred_on"], rank[e["event"]], e["event"])
        for e in usage.events[app_id]
        if e["event"] in rank
        and e["occurred_on"] <= day
        and (after is None or e["occurred_on"] >= after)
    ]
    return max(validations)[2] if validations else ""


def apps_not_validated(facts, usage: Usage, s: Scope) -> Metric:
    listed = usage.listed_apps(s.partner, s.end)
    if not listed:
        return NOT_APPLICABLE
    return Metric(sum(latest_validation(usage, a, s.end) != "validated" for a in listed))


def apps_without_enablement(facts, usage: Usage, s: Scope) -> Metric:
    listed = usage.listed_apps(s.partner, s.end)
    if not listed:
        return NOT_APPLICABLE
    materials = [m for m in facts.of("enablement_materials") if m["verified_on"] <= s.end]
    lacking = 0
    for app in listed:
        kinds = {
            m["kind"]
            for m in materials
            if m["app_id"] == app or (m["app_id"] is None and m["partner_id"] == s.partner)
        }
        lacking += kinds != {"training", "support"}
    return Metric(lacking)


def complete_listing(app: dict) -> bool:
    return bool(app["description"] and app["logo_url"] and app["support_contact"])


def apps_listing_incomplete(facts, usage: Usage, s: Scope) -> Metric:
    listed = usage.listed_apps(s.partner, s.end)
    if not listed:
        return NOT_APPLICABLE
    return Metric(sum(not complete_listing(usage.row(a, s.end)) for a in listed))


def contact_answered_share(facts, usage: Usage, s: Scope) -> Metric:
    judged = answered = 0
    for r in facts.of("contact_requests"):
        received = local_date(r["received_at"])
        due = add_business_days(received, CONTACT_DAYS)
        if s.start <= due <= s.end and usage.owner(r["app_id"], received) == s.partner:
            judged += 1
            answered += r["answered_at"] is not None and local_date(r["answered_at"]) <= due
    return Metric(round4(Fraction(answered, judged))) if judged else NOT_APPLICABLE
