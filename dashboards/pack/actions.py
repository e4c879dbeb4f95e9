"""Every action of the run as one page of the pack: who must do what by when.

Belongs here: that table. Does not: what is due on a day, which the site's own page shows (today).
"""

from __future__ import annotations

from markupsafe import Markup

from dashboards.components import Page, Section, Table, columns
from dashboards.data import Tables
from dashboards.figures import cell
from dashboards.pages.common import Figures, partner, program_label
from scoring.actions.kinds import DONE, LABELS

TABLE = "decisions.actions"
HEAD = columns(
    "@Due", "State", "Kind", "Partner", "Program", "~What", "Owner", "#ARR at stake", "~Command"
)


def page(tables: Tables) -> Page:
    """Actions by due day; those that are done come last."""
    rows = sorted(
        tables.rows("actions"),
        key=lambda row: (row["state"] == DONE, row["due_on"], row["kind"], row["action_id"]),
    )
    body = []
    for row in rows:
        shown = Figures(TABLE, row, "action_id")
        body.append(
            [
                shown("due_on"),
                shown.words("state"),
                cell(LABELS[row["kind"]]),
                partner(tables, row["partner_id"], ""),
                cell(program_label(tables, row["program"]) if row["program"] else "—"),
                shown("reason"),
                shown("owner"),
                shown.money("arr_usd") if row["arr_usd"] is not None else Markup("—"),
                shown("command"),
            ]
        )
    table = Table("Actions by due day", HEAD, body, empty="nothing waits for a person")
    section = Section("Every action", "actions", tables=[table])
    lead = [Markup("What waits for a person on {}, by due day.").format(tables.run["as_of"])]
    return Page("today.html", "Actions", lead, [], [section])
