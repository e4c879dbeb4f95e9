"""Deal registration: what was recommended and decided, who is protected, how fast we answered."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by, summed
from dashboards.figures import cell, count, figure
from dashboards.pages import reasons, referrals
from dashboards.pages.common import Figures, assumed_under, clause, partner, status
from dashboards.words import month
from scoring.words import word

DEALS = "marts.fct_deal_registrations"
PROTECTED = "marts.fct_protected_accounts"
RESPONSES = "intermediate.int_deals__responses"
RECOMMENDED = ("approve", "review", "reject")
STATES = (
    "submitted",
    "approved",
    "extended",
    "closed_won",
    "closed_lost",
    "expired",
    "rejected",
    "withdrawn",
)


def page(tables: Tables) -> Page:
    """Registrations as of the run's day, with the vendor's own record."""
    rows = tables.rows("fct_deal_registrations")
    late = sum(1 for row in rows if row["responded_late"])
    unanswered = [row for row in rows if row["state"] == "submitted"]
    tally = count_by(rows, lambda row: row["recommendation"])
    lead = [
        Markup(
            "Of {} registrations, the checks would approve {}, reject {}, and leave {} to a "
            "person; {} wait for an answer on {}."
        ).format(
            count(len(rows), DEALS, {}),
            *(
                count(tally.get(r, 0), DEALS, {"recommendation": r})
                for r in ("approve", "reject", "review")
            ),
            count(len(unanswered), DEALS, {"state": "submitted"}),
            tables.run["as_of"],
        ),
        Markup(
            "Our own record: {} were answered late, or still wait after their due day ({}).{}"
        ).format(
            count(late, DEALS, {"responded_late": True}),
            clause(tables, "DEAL-RESPONSE"),
            assumed_under(tables, "DEAL-"),
        ),
    ]
    sections = [
        _answer(tables, unanswered),
        _record(tables),
        _states(tables, rows),
        _protected(tables),
        referrals.section(tables),
        _all(tables, rows),
    ]
    return Page("deals.html", "Deal registration", lead, [], sections)


def _registration(tables: Tables, row: Row) -> list[Markup]:
    shown = Figures(DEALS, row, "registration_id")
    sent = reasons.registrations(tables).get(row["registration_id"])
    late = shown("responded_late", status("late")) if row["responded_late"] else "in time"
    checks = reasons.deal_checks(tables)
    why = reasons.reasons(tables, shown, row, row["registration_id"], checks)
    if row["blocked_by"]:
        why += Markup("<br>blocked by {}").format(shown("blocked_by"))
    return [
        cell(row["registration_id"]),
        partner(tables, row["partner_id"], ""),
        reasons.end_customer(sent, row["end_customer_id"]),
        reasons.amount(reasons.REGISTRATIONS, sent, "registration_id", "estimated_arr_usd"),
        shown.status("recommendation"),
        why,
        shown.status("state"),
        Markup("{}<br><small>{}</small>").format(shown("respond_by"), late),
        shown("approval_expires_on") if row["approval_expires_on"] else Markup("—"),
    ]


HEAD = columns(
    "@Registration",
    "Partner",
    "End customer",
    "#Estimated ARR",
    "%Recommended",
    "%Reasons",
    "%State",
    "@Answer by",
    "@Approved to",
)


def _answer(tables: Tables, rows: list[Row]) -> Section:
    rows = sorted(rows, key=lambda row: (str(row["respond_by"]), row["registration_id"]))
    body = [_registration(tables, row) for row in rows]
    table = Table("Registrations that wait for an answer", HEAD, body, empty="none waits")
    return Section("To answer", "answer", tables=[table])


def _record(tables: Tables) -> Section:
    rows = tables.read(RESPONSES, f"select * from {RESPONSES} order by month desc")
    body, points = [], []
    for row in rows:
        shown = Figures(RESPONSES, row, "month")
        body.append(
            [
                shown.month("month"),
                shown("submitted"),
                shown("answered"),
                shown("late"),
                shown("median_business_days"),
            ]
        )
    for row in reversed(rows):
        for kind, number in (("in time", row["submitted"] - row["late"]), ("late", row["late"])):
            points.append({"month": month(row["month"]), "answer": kind, "registrations": number})
    drawn = []
    if points:
        svg = charts.stacked(
            points,
            x="month",
            y="registrations",
            series="answer",
            order=["in time", "late"],
            colours=[charts.CALM, charts.BAD],
            y_title="registrations",
            label="Registrations by month of submission, answered in time or late",
        )
        late, sent = summed(rows, "late"), summed(rows, "submitted")
        title = Markup("{} of {} registrations were not answered in time").format(
            figure(late, RESPONSES, {}, "sum(late)"),
            figure(sent, RESPONSES, {}, "sum(submitted)"),
        )
        drawn = [Chart(title, svg, RESPONSES)]
    words = [
        Markup("Only an approval or a rejection is an answer; a return is not ({}).").format(
            clause(tables, "DEAL-RESPONSE")
        )
    ]
    head = columns("Month", "#Submitted", "#Answered", "#Late", "#Median business days")
    table = Table("Our answers, by month of submission", head, body)
    return Section("Our own response record", "record", words, drawn, [table])


def _states(tables: Tables, rows: list[Row]) -> Section:
    counts = count_by(rows, lambda row: (row["state"], row["recommendation"]))
    body = []
    for state in STATES:
        cells = [status(state)]
        for recommendation in RECOMMENDED:
            key = {"state": state, "recommendation": recommendation}
            cells.append(count(counts.get((state, recommendation), 0), DEALS, key))
        body.append(cells)
    reasons = count_by(
        [{"reason": reason} for row in rows for reason in row["reasons"] or []],
        lambda row: row["reason"],
    )
    words = []
    if reasons:
        worst = max(sorted(reasons), key=lambda reason: reasons[reason])
        words = [Markup("Most often in the way: {}.").format(clause(tables, worst))]
    head = columns("State", *(f"#Recommended: {word(r)}" for r in RECOMMENDED))
    table = Table("Registrations by state and recommendation", head, body)
    return Section("States and recommendations", "states", words, tables=[table])


def _protected(tables: Tables) -> Section:
    rows = tables.rows("fct_protected_accounts")
    broken = [row for row in rows if row["direct_opportunity_id"] is not None]
    body = []
    for row in broken:
        shown = Figures(PROTECTED, row, "end_customer_id", "registration_id")
        body.append(
            [
                reasons.end_customer(
                    reasons.registrations(tables).get(row["registration_id"]),
                    row["end_customer_id"],
                ),
                partner(tables, row["partner_id"], ""),
                cell(row["registration_id"]),
                shown("protected_from"),
                shown("protected_to"),
                shown("direct_opportunity_id"),
            ]
        )
    words = [
        Markup(
            "{} approvals protect or protected an end customer ({}). The table lists opportunities "
            "that our own direct sales opened during that time."
        ).format(count(len(rows), PROTECTED, {}), clause(tables, "DEAL-PROTECTION"))
    ]
    head = columns(
        "End customer", "Partner", "@Registration", "@From", "@To", "@Direct opportunity"
    )
    table = Table("Direct opportunities on protected accounts", head, body, empty="there is none")
    return Section("Protected accounts", "protected", words, tables=[table])


def _all(tables: Tables, rows: list[Row]) -> Section:
    body = [_registration(tables, row) for row in rows]
    table = Table("All registrations", HEAD, body, search=True, empty="none was submitted")
    return Section("Every registration", "all", tables=[table])
