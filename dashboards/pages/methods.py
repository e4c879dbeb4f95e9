"""How figures are made: what each metric measures, and what each table and column holds."""

from __future__ import annotations

from markupsafe import Markup, escape

from dashboards.components import Page, Section, Table, columns
from dashboards.data import Tables
from dashboards.definitions import Definition, definitions
from dashboards.figures import cell, count
from dashboards.pages.common import clause_list, named
from dashboards.pages.models import PATH as MODELS
from scoring.published import published
from scoring.words import word

PATH = "methods.html"
# Working tables that a page shows in addition to the published ones.
WORKING = (
    "intermediate.int_deals__responses",
    "intermediate.int_mapping__cosell",
    "staging.stg_deal_registration__registrations",
    "staging.stg_partner_activity__referrals",
)
GROUPS = (
    ("Decisions", "decisions", ("decisions.",)),
    ("Published results", "results", ("marts.",)),
    ("What landed", "landed", ("landing.",)),
    ("Policy and working tables", "others", ("policy.", "intermediate.", "staging.")),
)


def page(tables: Tables) -> Page:
    """Definitions of everything that the site shows."""
    known = definitions()
    shown = [each for name, each in sorted(known.items()) if _is_shown(name)]
    lead = [
        Markup(
            "Each figure of this site is one column of one table of the warehouse. Point at a "
            "figure to see which; this page says what that column holds."
        ),
        Markup(
            "From the command line, <code>plumbline explain PARTNER --year Y</code> goes from a "
            "decision to the rows of the files that it rests on."
        ),
    ]
    if tables.has_models:
        lead.append(
            Markup(
                "Every model with its columns, what it is made from and its tests: "
                '<a href="{}">models</a>.'
            ).format(MODELS)
        )
    sections = [_metrics(tables)]
    for title, anchor, starts in GROUPS:
        own = [each for each in shown if each.table.startswith(starts)]
        sections.append(_tables(title, anchor, own))
    return Page(PATH, "How figures are made", lead, [], sections)


def _is_shown(name: str) -> bool:
    schema, _, table = name.partition(".")
    if schema == "policy" or name in WORKING:
        return True
    try:
        return published(table).qualified == name
    except KeyError:
        return False


def _metrics(tables: Tables) -> Section:
    body = []
    for metric, row in sorted(tables.metrics.items()):
        asking = [r["clause"] for r in tables.requirements.values() if r["metric"] == metric]
        asking += [
            r["clause"]
            for r in tables.query(
                "select distinct clause from policy.tier_criteria where metric = ? order by 1",
                [metric],
            )
        ]
        body.append(
            [
                named(row["label"], metric),
                cell(row["unit"]),
                cell(word(row["time_window"])),
                clause_list(tables, sorted(set(asking))),
            ]
        )
    words = [
        Markup(
            "{} requirements and every tier criterion compare one of these with a value."
        ).format(count(len(tables.requirements), "policy.requirements", {}))
    ]
    head = columns("~What is measured", "Unit", "Over", "Asked for by")
    table = Table("Metrics", head, body, search=True)
    return Section("What is measured", "metrics", words, tables=[table])


def _tables(title: str, anchor: str, shown: list[Definition]) -> Section:
    body = []
    for each in shown:
        body.append(_row(each.table, each.table, each.words))
        for column, words in each.columns.items():
            body.append(_row(f"{each.table}.{column}", column, words))
    table = Table(title, columns("Table and column", "~What it holds"), body, search=True)
    return Section(title, anchor, tables=[table])


def _row(anchor: str, name: str, words: str) -> list[Markup]:
    shown = Markup("<strong>{}</strong>") if "." in name else Markup("<code>{}</code>")
    return [Markup('<span id="{}">{}</span>').format(anchor, shown.format(name)), escape(words)]
