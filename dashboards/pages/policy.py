"""The policy: parameters with values and source, conflicts, unconfirmed values, clauses."""

from __future__ import annotations

from markupsafe import Markup, escape

from dashboards.components import Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count
from dashboards.links import anchor
from dashboards.pages.common import (
    Figures,
    clause,
    criterion_label,
    named,
    program_label,
    status,
    tier_label,
)
from dashboards.reading import grouped
from dashboards.words import people
from scoring.vocabulary import UNCONFIRMED, Certainty
from scoring.words import figure as exact
from scoring.words import word

PARAMETERS = "policy.parameters"
VALUES = "policy.parameter_values"
CONFLICTS = "marts.fct_policy_conflicts"
REQUIREMENTS = "policy.requirements"
CRITERIA = "policy.tier_criteria"
CLAUSES = "policy.clauses"


def page(tables: Tables) -> Page:
    """The policy set of the run, whole."""
    parameters = tables.query("select * from policy.parameters order by parameter")
    tally = count_by(parameters, lambda row: row["status"])
    lead = [
        Markup(
            "{} parameters decide; {} of them are placeholders: the documents give no value, so an "
            "assumed one is used until someone confirms it. {} are reported: others read them on a "
            "page of the vendor's that we could not read."
        ).format(
            count(len(parameters), PARAMETERS, {}),
            count(
                tally.get(Certainty.PLACEHOLDER, 0), PARAMETERS, {"status": Certainty.PLACEHOLDER}
            ),
            count(tally.get(Certainty.REPORTED, 0), PARAMETERS, {"status": Certainty.REPORTED}),
        ),
        Markup("Where documents disagree, {} rulings say which one applies.").format(
            count(len(tables.rows("fct_policy_conflicts")), CONFLICTS, {})
        ),
    ]
    values = grouped(
        tables.query("select * from policy.parameter_values order by parameter, effective_from"),
        "parameter",
    )
    placeholders = [row for row in parameters if row["status"] == Certainty.PLACEHOLDER]
    reported = [row for row in parameters if row["status"] == Certainty.REPORTED]
    settled = [row for row in parameters if row["status"] not in UNCONFIRMED]
    sections = [
        _conflicts(tables),
        Section(
            "Placeholders",
            "placeholders",
            [Markup("Every result that depends on one of these depends on an assumption.")],
            tables=[_parameters(tables, placeholders, values, "Placeholders to confirm")],
        ),
        Section(
            "Reported values",
            "reported",
            [Markup("Confirm one with <code>plumbline policy confirm PARAMETER --by NAME</code>.")],
            tables=[_parameters(tables, reported, values, "Reported values to confirm")],
        ),
        _requirements(tables),
        _tiers(tables),
        Section(
            "Parameters from the documents",
            "parameters",
            tables=[_parameters(tables, settled, values, "Parameters with a source")],
        ),
        _clauses(tables),
    ]
    return Page("policy.html", "Policy", lead, [], sections)


def _conflicts(tables: Tables) -> Section:
    body = []
    for row in tables.rows("fct_policy_conflicts"):
        shown = Figures(CONFLICTS, row, "conflict", "effective_from")
        body.append(
            [
                cell(word(row["conflict"])),
                shown("clause", clause(tables, row["clause"])),
                shown("other_clause", clause(tables, row["other_clause"])),
                shown("ruled_by", clause(tables, row["ruled_by"])),
                shown("effective_from"),
                shown("reason"),
            ]
        )
    head = columns("Conflict", "One clause", "The other", "Which holds", "@From", "~Why")
    table = Table("Conflict register", head, body, empty="no documents disagree")
    return Section("Where documents disagree", "conflicts", tables=[table])


def _parameters(tables: Tables, rows: list[Row], values: dict, caption: str) -> Table:
    body = []
    for row in rows:
        shown = Figures(PARAMETERS, row, "parameter")
        dated = Markup("<br>").join(
            _value(value, len(values[row["parameter"]]) > 1)
            for value in values.get(row["parameter"], [])
        )
        name = row["parameter"]
        body.append(
            [
                Markup('<span id="{}">{}</span> <small class="id">{}</small>').format(
                    anchor("parameter", name), shown("label"), name
                ),
                dated,
                cell(row["unit"]),
                shown("status", status(row["status"])) + _read_by(shown, row),
                shown("clause", clause(tables, row["clause"])),
                cell(", ".join(part for part in (row["document"], row["section"]) if part)),
            ]
        )
    head = columns("Parameter", "~Value", "%Unit", "%Status", "Clause", "Document and section")
    return Table(caption, head, body, search=True, empty="there are none")


def _read_by(shown: Figures, row: Row) -> Markup:
    """Who read a reported value and when, or who confirmed it and on which day."""
    if row["reported_by"] and row["status"] == Certainty.REPORTED:
        return Markup(" <small>by {}, read {}</small>").format(
            shown("reported_by"), shown("read_on")
        )
    if row["confirmed_by"]:
        return Markup(" <small>by {} on {}</small>").format(
            shown("confirmed_by"), shown("confirmed_on")
        )
    return Markup("")


def _value(row: Row, dated: bool) -> Markup:
    shown = Figures(VALUES, row, "parameter", "effective_from")
    value = shown("value") if row["number"] is None else shown("number", exact(row["number"]))
    if not dated:
        return value
    return Markup("{} <small>from {}</small>").format(value, row["effective_from"])


def _threshold(tables: Tables, row: Row) -> Markup:
    parameter = row["threshold_parameter"]
    if not parameter:
        expected = row.get("threshold_expected")
        return Markup("{} what is expected").format(row["comparator"]) if expected else Markup("—")
    current = tables.query(
        "select * from policy.parameter_values where parameter = ? and effective_from <= ?"
        " and (effective_to is null or effective_to > ?)",
        [parameter, tables.run["as_of"], tables.run["as_of"]],
    )
    link = Markup('<a href="#{}">{}</a>').format(anchor("parameter", parameter), parameter)
    sign = {">=": "at least", "<=": "at most"}.get(row["comparator"], row["comparator"])
    number = _value(current[0], False) if current else Markup("")
    return Markup("{} {} <small>{}</small>").format(sign, number, link)


def _requirements(tables: Tables) -> Section:
    body = []
    for (program, requirement), row in tables.requirements.items():
        shown = Figures(REQUIREMENTS, row, "requirement", "program")
        metric = tables.metrics.get(row["metric"], {}).get("label") or row["metric"]
        body.append(
            [
                named(row["label"], requirement),
                cell(program_label(tables, program)),
                shown("strength"),
                cell(metric),
                _threshold(tables, row),
                clause(tables, row["clause"]),
            ]
        )
    head = columns(
        "Requirement", "%Program", "%Strength", "~What is measured", "Met when", "Clause"
    )
    table = Table("Requirements of every program", head, body, search=True)
    return Section("Requirements", "requirements", tables=[table])


def _tiers(tables: Tables) -> Section:
    rows = tables.query(
        "select * from policy.tier_criteria where not inherited order by tier_rank, position"
    )
    body = [
        [
            cell(tier_label(tables, row["tier"])) + _name_of(tables, row["tier"]),
            cell(criterion_label(tables, row["criterion"])),
            _threshold(tables, row),
            clause(tables, row["clause"]),
        ]
        for row in rows
    ]
    words = [Markup("Criteria add up: a tier asks for its own and for those of every tier below.")]
    head = columns("Tier", "~Criterion", "Met when", "Clause")
    table = Table("What each tier asks for", head, body)
    return Section("Tiers", "tiers", words, tables=[table])


def _name_of(tables: Tables, tier: str) -> Markup:
    """Who reported a tier whose name is in no document."""
    shown = Figures("policy.tiers", tables.tiers[tier], "tier")
    return _read_by(shown, tables.tiers[tier])


def _clauses(tables: Tables) -> Section:
    body = []
    for name, row in tables.clauses.items():
        shown = Figures(CLAUSES, row, "clause")
        body.append(
            [
                Markup('<span id="{}">{}</span>').format(anchor("clause", name), escape(name)),
                shown("strength"),
                shown("text"),
                cell(", ".join(part for part in (row["document"], row["section"]) if part)),
            ]
        )
    head = columns("Clause", "%Strength", "~What it says", "Document and section")
    table = Table(f"Clauses of the policy ({people(len(body))})", head, body, search=True)
    return Section("Clauses", "clauses", tables=[table])
