"""Control totals on the data quality page: what others counted, our figure, and the difference."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.components import Section, Table, columns
from dashboards.data import Row, Tables
from dashboards.figures import cell
from dashboards.pages.common import Figures, assumed, partner
from scoring.words import word

TOTALS = "marts.fct_control_totals"
# The differences that the policy allows for money and for counts.
TOLERANCES = ("control.money_tolerance_share", "control.count_tolerance_share")
# What is counted in US dollars, and how it is called on pages.
MEASURES = {"arr_usd": "ARR", "booked_arr_usd": "booked ARR"}
KEY = ("period", "measure", "partner_id", "source")
# Totals that somebody has to look at come first.
ORDER = {"differs": 0, "in_doubt": 1, "not_computed": 2}


def control_section(tables: Tables) -> Section:
    """Every control total next to our figure."""
    rows = sorted(tables.rows("fct_control_totals"), key=lambda row: ORDER.get(row["status"], 3))
    words = [
        Markup(
            "What finance and the marketplace counted themselves, compared with our figures. "
            "Somebody has to explain a difference beyond the policy's tolerance{}."
        ).format(assumed(tables, *TOLERANCES))
    ]
    head = columns(
        "@Period",
        "%Measure",
        "Of whom",
        "Counted by",
        "@As of",
        "#Theirs",
        "#Ours",
        "#Difference",
        "#Tolerance",
        "%Status",
        "~Why",
    )
    body = [_row(tables, row) for row in rows]
    table = Table("Control totals", head, body, search=True, empty="nobody stated one")
    return Section("Control totals", "control-totals", words, tables=[table])


def _row(tables: Tables, row: Row) -> list[Markup]:
    shown = Figures(TOTALS, row, *KEY)
    whose = partner(tables, row["partner_id"], "") if row["partner_id"] else cell("all partners")
    return [
        cell(row["period"]),
        cell(MEASURES.get(row["measure"], word(row["measure"]))),
        whose,
        cell(row["source"]),
        shown("as_of"),
        *(_amount(shown, row, column) for column in ("stated", "ours", "difference", "tolerance")),
        shown.status("status"),
        cell(row["reason"]),
    ]


def _amount(shown: Figures, row: Row, column: str) -> Markup:
    """A total in its unit: dollars, rounded only as far as ours stays on its side of theirs."""
    if row["measure"] not in MEASURES or row[column] is None:
        return shown(column)
    limits = {"ours": row["stated"], "stated": row["ours"]}
    return shown.money(column, limits.get(column))
