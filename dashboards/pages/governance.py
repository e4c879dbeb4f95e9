"""Governance: the reviews, their findings, what is recommended and what people decided."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count
from dashboards.pages.common import Figures, assumed_under, clause, partner, program_label, status
from scoring.vocabulary import Action, Standing
from scoring.words import word

REVIEWS = "decisions.governance_reviews"
ACTIONS = (Action.END_STATUS, Action.CHANGE_BENEFITS, Action.REMEDIATE, Action.MAINTAIN)
RECOMMENDED = {
    Action.END_STATUS: "ending the status of",
    Action.CHANGE_BENEFITS: "changing the benefits of",
    Action.REMEDIATE: "remediation for",
    Action.MAINTAIN: "no action for",
}


def page(tables: Tables) -> Page:
    """The latest review, then the run of reviews (GOV-BIANNUAL, GOV-DISTINCT)."""
    rows = tables.rows("governance_reviews")
    latest = tables.review
    rows = [row for row in rows if latest and row["review"] <= latest]
    recent = [row for row in rows if row["review"] == latest]
    lead = [_lead(latest, recent)] if latest else [Markup("No review has been held yet.")]
    lead.append(
        Markup(
            "Reviews take place twice a year ({}). The system recommends an action by how many "
            "reviews in a row were non-compliant ({}), and a person decides; the system never ends "
            "a status by itself.{}"
        ).format(
            clause(tables, "GOV-BIANNUAL"),
            clause(tables, "GUIDE-NONCOMPLIANCE"),
            assumed_under(tables, "GOV-BIANNUAL", "GUIDE-NONCOMPLIANCE"),
        )
    )
    sections = [_recommendations(tables, recent, latest), _history(tables, rows)]
    return Page(tables.at("governance.html"), "Governance reviews", lead, [], sections)


def _lead(latest: str, recent: list[Row]) -> Markup:
    tally = count_by(recent, lambda row: row["recommended_action"])
    parts = [
        Markup("{} {}").format(
            RECOMMENDED[action],
            count(tally.get(action, 0), REVIEWS, {"review": latest, "recommended_action": action}),
        )
        for action in ACTIONS
    ]
    return Markup("Review {} covers {} program {}. It recommends {} and {}.").format(
        latest,
        count(len(recent), REVIEWS, {"review": latest}),
        "membership" if len(recent) == 1 else "memberships",
        Markup(", ").join(parts[:-1]),
        parts[-1],
    )


def _recommendations(tables: Tables, recent: list[Row], review: str | None) -> Section:
    rank = {action: position for position, action in enumerate(ACTIONS)}
    recommended = [row for row in recent if row["recommended_action"] != Action.MAINTAIN]
    recommended.sort(
        key=lambda row: (
            rank.get(row["recommended_action"], -1),
            -(row["consecutive_non_compliant"] or 0),
            row["partner_id"],
            row["program"],
        )
    )
    body = []
    for row in recommended:
        shown = Figures(REVIEWS, row, "review", "partner_id", "program")
        decided = row["decided_action"]
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                cell(program_label(tables, row["program"])),
                shown.status("outcome"),
                _owners(tables, row["partner_id"]),
                shown("findings", _findings(tables, row)),
                shown("consecutive_non_compliant"),
                shown.status("recommended_action"),
                shown("decided_action", status(decided) if decided else "not decided"),
            ]
        )
    head = columns(
        "Partner",
        "%Program",
        "%Outcome",
        "Partner’s own manager",
        "~Requirements missed",
        "#In a row",
        "%Recommended",
        "%Decided",
    )
    table = Table(
        f"Memberships for which an action is recommended, {review}",
        head,
        body,
        search=True,
        empty="no action is recommended",
    )
    return Section("For a decision", "decisions", tables=[table])


def _owners(tables: Tables, partner_id: str) -> Markup:
    """The partner's managers on the run's day, who are responsible for its findings."""
    table = "staging.stg_partner_activity__contacts"
    rows = tables.read(
        table,
        f"select partner_id, contact_id, name from {table}, run.parameters"
        " where role = 'partnership_manager' and active_from <= as_of"
        " and (active_to is null or active_to >= as_of)",
    )
    own = (row for row in rows if row["partner_id"] == partner_id and row["name"])
    names = sorted(tables.named.get(row["name"], row["contact_id"]) for row in own)
    return cell(", ".join(names) or "no manager named")


def _findings(tables: Tables, row: Row) -> Markup:
    findings = []
    for requirement in row["findings"] or []:
        rule = tables.requirements.get((row["program"], requirement), {})
        findings.append(
            Markup("{} ({})").format(
                rule.get("label") or requirement, clause(tables, rule.get("clause")) or requirement
            )
        )
    return Markup("; ").join(findings) or Markup("—")


def _history(tables: Tables, rows: list[Row]) -> Section:
    reviews = sorted({row["review"] for row in rows})
    counts = count_by(rows, lambda row: (row["review"], row["program"], row["outcome"]))
    body, points = [], []
    for review in reversed(reviews):
        for program in tables.programs:
            if not any(counts.get((review, program, o)) for o in Standing):
                continue
            cells = [cell(review), cell(program_label(tables, program))]
            for outcome in Standing:
                key = {"review": review, "program": program, "outcome": outcome}
                cells.append(count(counts.get((review, program, outcome), 0), REVIEWS, key))
            body.append(cells)
    totals = count_by(rows, lambda row: (row["review"], row["outcome"]))
    for review in reviews:
        for outcome in Standing:
            number = totals.get((review, outcome), 0)
            points.append({"review": review, "outcome": word(outcome), "programs": number})
    drawn = []
    if points:
        svg = charts.stacked(
            points,
            x="review",
            y="programs",
            series="outcome",
            order=[word(outcome) for outcome in Standing],
            colours=[charts.STATUS_COLOURS[outcome] for outcome in Standing],
            y_title="program memberships",
            label="Program memberships by review and outcome",
        )
        missed = {"review": reviews[-1], "outcome": Standing.NON_COMPLIANT}
        number = totals.get((reviews[-1], Standing.NON_COMPLIANT), 0)
        title = Markup("{} program {} missed a requirement in {}").format(
            count(number, REVIEWS, missed),
            "membership" if number == 1 else "memberships",
            reviews[-1],
        )
        drawn = [Chart(title, svg, REVIEWS)]
    head = columns("Review", "Program", "#Compliant", "#Undetermined", "#Non-compliant")
    table = Table("Outcomes by review and program", head, body)
    return Section("Reviews so far", "reviews", charts=drawn, tables=[table])
