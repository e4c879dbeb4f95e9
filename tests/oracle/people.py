"""People, papers, plans, reports and conduct (section 4, People and papers).

Belongs here: one function per metric, (facts, scope) -> Metric. Does not belong here: thresholds,
coverage, waivers (ledger.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .constants import (
    AGREEMENT_GRACE_DAYS,
    PLAN_DUE,
    REPORT_DUE_DAY,
    REQUIRED_AGREEMENTS,
    VERSIONS,
)
from .dates import (
    month_end,
    months_between,
    next_month,
    quarters_within,
)
from .moves import Team, held, present
from .subscription import is_superseded


@dataclass
class Scope:
    """What a result is about: a partner in a program over a period, by its running enrolment."""

    period: str
    start: date
    end: date
    partner: str
    program: str
    enrolment: dict


@dataclass
class Metric:
    """A value, or a status that needs no threshold; `expected` replaces a fixed threshold."""

    value: object = None
    status: str | None = None
    expected: int | None = None
    other: object = None  # the second value, where lines are in doubt


NOT_APPLICABLE = Metric(status="not_applicable")


def of_partner(facts, entity: str, partner: str) -> list[dict]:
    return [r for r in facts.of(entity) if r["partner_id"] == partner]


def runs(agreement: dict, day: date) -> bool:
    """Executed, and still running on its ended_on."""
    ended = agreement["ended_on"]
    return agreement["executed_on"] <= day and (ended is None or day <= ended)


def held_at(training: dict, day: date) -> bool:
    """Completed, passed and unexpired at the day."""
    done = training["completed_on"] and training["completed_on"] <= day and training["passed"]
    return bool(done and (training["expires_on"] is None or day <= training["expires_on"]))


def trained(facts, partner: str, track: str, day: date) -> set[str]:
    """Active people with a completed, passed, unexpired course of the track at the day.

    A course follows its person, whichever partner the training names.
    """
    team = Team(facts, partner, day)
    courses = [t for t in facts.of("trainings") if t["track"] == track and held_at(t, day)]
    return {team.of(t["contact_id"]) for t in courses} & team.active()


def enough_version(version: str, day: date) -> bool | None:
    """At least the version in force 90 days before; None when the version is unknown."""
    on = day - timedelta(days=AGREEMENT_GRACE_DAYS)
    in_force = [i for i, (_, since) in enumerate(VERSIONS) if since <= on]
    if not in_force:
        return True
    known = [name for name, _ in VERSIONS]
    return known.index(version) >= in_force[-1] if version in known else None


def agreements_current(facts, s: Scope) -> Metric:
    applied = s.enrolment["application_completed_on"]
    if applied is None or applied > s.end:
        return Metric(0)
    good, unknown = set(), set()
    for a in of_partner(facts, "agreements", s.partner):
        if a["agreement_type"] in REQUIRED_AGREEMENTS[s.program] and runs(a, s.end):
            enough = enough_version(a["version"], s.end)
            if enough is not False:
                (unknown if enough is None else good).add(a["agreement_type"])
    needed = len(REQUIRED_AGREEMENTS[s.program])
    doubt = len(good) < needed <= len(good | unknown)
    return Metric(len(good), status="needs_review" if doubt else None)


def _signed(facts, s: Scope) -> list[dict]:
    kinds = ("framework", "technology_addendum")
    return [
        a
        for a in of_partner(facts, "agreements", s.partner)
        if a["agreement_type"] in kinds and runs(a, s.end)
    ]


def agreements_signed(facts, s: Scope) -> Metric:
    return Metric(len({a["agreement_type"] for a in _signed(facts, s)}))


def agreements_redlined(facts, s: Scope) -> Metric:
    return Metric(sum(a["redlined"] for a in _signed(facts, s)))


def partnership_managers(facts, s: Scope) -> Metric:
    team = Team(facts, s.partner, s.end)
    managers = {
        team.of(c["contact_id"])
        for c in team.stints
        if c["role"] == "partnership_manager" and present(c, s.end)
    }
    return Metric(len(managers))


def certified_people(facts, s: Scope) -> Metric:
    return Metric(len(trained(facts, s.partner, "services_certification", s.end)))


def training_roles_filled(facts, s: Scope) -> Metric:
    sales = trained(facts, s.partner, "sales", s.end)
    technical = trained(facts, s.partner, "technical_sales", s.end)
    if sales and technical:
        return Metric(2 if len(sales | technical) > 1 else 1)
    return Metric(1 if sales or technical else 0)


def decided_by(activity: dict, day: date) -> bool:
    """Approved, its decision and the activity itself not after the day."""
    on = activity["decided_on"]
    held = activity["occurred_on"] <= day
    return activity["status"] == "approved" and held and (on is None or on <= day)


def first_certification(facts, s: Scope) -> date | None:
    """The first certification passed by one of the people while there, else the arrival of a
    certified person."""
    team, days, came = Team(facts, s.partner, s.end), [], []
    for t in facts.of("trainings"):
        on = t["completed_on"]
        certifies = t["track"] == "services_certification" and t["passed"]
        if not certifies or on is None or on > s.end or team.of(t["contact_id"]) is None:
            continue
        for stint in team.stints:
            if team.of(stint["contact_id"]) != team.of(t["contact_id"]):
                continue
            first = stint["active_from"]
            if first > s.end or not present(stint, first):
                continue
            if present(stint, on):
                days.append(on)
            elif on < first and held_at(t, first):
                came.append(first)
    return min(days or came, default=None)


def certification_announced(facts, s: Scope) -> Metric:
    first = first_certification(facts, s)
    announced = first is not None and any(
        a["announces_certification"] and a["occurred_on"] >= first and decided_by(a, s.end)
        for a in of_partner(facts, "marketing_activities", s.partner)
    )
    return Metric(int(announced))


def references_in_year(facts, s: Scope) -> Metric:
    count = sum(
        r["status"] in ("accepted", "offered")
        and date(s.end.year, 1, 1) <= r["provided_on"] <= s.end
        for r in held(facts, "customer_references", s.partner, s.end)
    )
    return Metric(count)


def wholly_enrolled(s: Scope, first: date, last: date) -> bool:
    ended = s.enrolment["ended_on"]
    return s.enrolment["enrolled_on"] <= first and (ended is None or last < ended)


def _quarters(s: Scope) -> list[tuple[str, date, date]]:
    return [q for q in quarters_within(s.start, s.end) if wholly_enrolled(s, q[1], q[2])]


def marketing_quarters(facts, s: Scope) -> Metric:
    activities = of_partner(facts, "marketing_activities", s.partner)
    count = sum(
        any(first <= a["occurred_on"] <= last and decided_by(a, s.end) for a in activities)
        for _, first, last in _quarters(s)
    )
    return Metric(count, expected=len(_quarters(s)))


def forecast_quarters(facts, s: Scope) -> Metric:
    received = {(r["partner_id"], r["report_month"]): r["received_on"] for r in facts.of("reports")}
    lines = of_partner(facts, "forecast_lines", s.partner)
    count = 0
    for name, _, last in _quarters(s):
        on = [received.get((s.partner, f["report_month"])) for f in lines if f["quarter"] == name]
        count += any(day is not None and day <= last for day in on)
    return Metric(count, expected=len(_quarters(s)))


def reports_received(facts, s: Scope) -> Metric:
    received = {
        r["report_month"]: r["received_on"] for r in of_partner(facts, "reports", s.partner)
    }
    expected = [
        m
        for m in months_between(s.start - timedelta(days=62), s.end)
        if s.start <= next_month(m).replace(day=REPORT_DUE_DAY) <= s.end
        and wholly_enrolled(s, m, month_end(m))
    ]
    count = sum(m in received and received[m] <= s.end for m in expected)
    return Metric(count, expected=len(expected))


def business_plan_complete(facts, s: Scope) -> Metric:
    due = date(s.end.year, *PLAN_DUE)
    complete = any(
        p["plan_year"] == s.end.year
        and p["submitted_on"] <= due
        and p["has_financial_targets"]
        and p["has_marketing_activities"]
        and p["has_goals"]
        for p in of_partner(facts, "business_plans", s.partner)
    )
    return Metric(int(complete))


def orders_without_executed_form(facts, s: Scope) -> Metric:
    forms = {f["order_form_id"]: f for f in facts.of("order_forms")}
    count, lines = 0, held(facts, "subscription_lines", s.partner, s.end)
    for line in lines:
        counted = line["line_type"] in ("new", "expansion", "renewal") and not is_superseded(
            line, lines
        )
        if counted and s.start <= line["term_start"] <= s.end:
            form = forms.get(line["order_form_id"])
            whose = form and form["partner_id"] in (line["partner_id"], s.partner)
            count += not whose or not executed(form, s.end)
    return Metric(count)


def executed(form: dict, day: date) -> bool:
    """By its own date; a status without a date counts as it stands."""
    if form["executed_on"] is None:
        return form["status"] == "executed"
    return form["executed_on"] <= day


def closing_day(case: dict) -> date | None:
    """A decided case without closed_on counts as closed on opened_on."""
    if case["closed_on"] is None and case["outcome"] != "open":
        return case["opened_on"]
    return case["closed_on"]


def upheld_in(case: dict, start: date, end: date) -> bool:
    return case["outcome"] == "upheld" and start <= closing_day(case) <= end


def case_open(case: dict, day: date) -> bool:
    closed = closing_day(case)
    return case["opened_on"] <= day and (closed is None or closed > day)


def conduct_upheld(facts, s: Scope) -> Metric:
    cases = of_partner(facts, "conduct_cases", s.partner)
    count = sum(
        upheld_in(c, s.start, s.end) and c["severity"] in ("major", "severe") for c in cases
    )
    doubt = count == 0 and any(case_open(c, s.end) for c in cases)
    return Metric(count, status="needs_review" if doubt else None)
