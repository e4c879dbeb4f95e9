"""Apps: launch, listing state, counted calls, data flow (section 4, Apps).

Belongs here: app metrics and usage tables. Does not belong here: listing eligibility, tiers.
"""

from collections import defaultdict
from datetime import date
from functools import cached_property

from .constants import DATA_FLOW_MONTHS
from .dates import local_date, month_of, months_between
from .people import NOT_APPLICABLE, Metric, Scope, of_partner

READ, WRITE = {"GET", "HEAD"}, {"POST", "PUT", "PATCH", "DELETE"}


class Usage:
    """Counted calls of all apps, computed once for a set of facts."""

    def __init__(self, facts):
        self.facts = facts
        self.apps = {a["app_id"]: a for a in facts.of("apps")}
        self.events = defaultdict(list)
        for e in facts.of("listing_events"):
            self.events[e["app_id"]].append(e)

    def launch(self, app_id: str) -> date | None:
        """first_launched_on, else the first `listed` event."""
        listed = [e["occurred_on"] for e in self.events[app_id] if e["event"] == "listed"]
        return self.apps[app_id]["first_launched_on"] or min(listed, default=None)

    def listed(self, app_id: str, day: date) -> bool:
        """The latest of listed and removed up to the day; on the same day removed is later."""
        moves = [
            (e["occurred_on"], e["event"])
            for e in self.events[app_id]
            if e["event"] in ("listed", "removed") and e["occurred_on"] <= day
        ]
        return bool(moves) and max(moves)[1] == "listed"  # "removed" sorts after "listed"

    def listed_apps(self, partner: str, day: date) -> list[str]:
        return [
            a for a, r in self.apps.items() if r["partner_id"] == partner and self.listed(a, day)
        ]

    @cached_property
    def counted(self) -> list[dict]:
        """Calls that count: successful, since launch, under an installation that is no demo."""
        held = defaultdict(list)
        for i in self.facts.of("installations"):
            if not i["is_demo"]:
                held[i["app_id"], i["company_id"]].append(i)
        out = []
        for e in self.facts.of("usage_events"):
            if e["app_id"] not in self.apps or not 200 <= e["response_code"] <= 299:
                continue
            launch, day = self.launch(e["app_id"]), local_date(e["occurred_at"])
            if launch is None or day < launch:
                continue
            if any(
                i["installed_at"] <= e["occurred_at"]
                and (i["uninstalled_at"] is None or e["occurred_at"] < i["uninstalled_at"])
                for i in held[e["app_id"], e["company_id"]]
            ):
                out.append({**e, "month": month_of(day), "method": e["http_method"].upper()})
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
            out[self.apps[e["app_id"]]["partner_id"], e["month"]].add(e["company_id"])
        return out

    def window(self, partner: str, year: int) -> list[date]:
        """January, or the month of the partner's earliest launch if later, to December."""
        launches = [self.launch(a) for a, r in self.apps.items() if r["partner_id"] == partner]
        first = min((d for d in launches if d), default=None)
        end = date(year, 12, 31)
        if first is None or first > end:
            return []
        return months_between(max(first, date(year, 1, 1)), end)

    def gap(self, window: list[date]) -> bool:
        """Whether usage of the window is not wholly covered."""
        state = not {"apps", "installations"} <= self.facts.covered
        return state or any(m not in self.facts.usage_months for m in window)

    def data_flow(self, app_id: str, year: int) -> dict:
        """Observed flow of an app over its partner's window; None when only coverage is short."""
        window = self.window(self.apps[app_id]["partner_id"], year)
        months = {"read": set(), "write": set()}
        for e in self.counted:
            if e["app_id"] == app_id:
                _mark(months, e["method"], e["month"], window)
        for r in self.facts.of("api_call_activity"):
            made = r["app_id"] == app_id and r["count"] > 0
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
            "declared": self.apps[app_id]["declared_data_flow"],
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
    found = [
        (e["occurred_on"], rank[e["event"]], e["event"])
        for e in usage.events[app_id]
        if e["event"] in rank
        and e["occurred_on"] <= day
        and (after is None or e["occurred_on"] >= after)
    ]
    return max(found)[2] if found else ""


def apps_not_validated(facts, usage: Usage, s: Scope) -> Metric:
    listed = usage.listed_apps(s.partner, s.end)
    if not listed:
        return NOT_APPLICABLE
    return Metric(sum(latest_validation(usage, a, s.end) != "validated" for a in listed))


def apps_without_enablement(facts, usage: Usage, s: Scope) -> Metric:
    listed = usage.listed_apps(s.partner, s.end)
    if not listed:
        return NOT_APPLICABLE
    materials = [
        m for m in of_partner(facts, "enablement_materials", s.partner) if m["verified_on"] <= s.end
    ]
    lacking = 0
    for app in listed:
        kinds = {m["kind"] for m in materials if m["app_id"] in (None, app)}
        lacking += kinds != {"training", "support"}
    return Metric(lacking)


def complete_listing(app: dict) -> bool:
    return bool(app["description"] and app["logo_url"] and app["support_contact"])


def apps_listing_incomplete(facts, usage: Usage, s: Scope) -> Metric:
    listed = usage.listed_apps(s.partner, s.end)
    if not listed:
        return NOT_APPLICABLE
    return Metric(sum(not complete_listing(usage.apps[a]) for a in listed))
