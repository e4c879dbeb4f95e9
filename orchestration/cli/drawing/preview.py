"""The preview of a publication: who moves and what the decisions rest on.

Belongs here: how a preview is drawn. Does not: what is in it (scoring/ledger/preview.py).
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.tables import print_hanging, print_table
from orchestration.cli.drawing.unconfirmed import draw_unconfirmed
from orchestration.verification import Restatement
from scoring.ledger.compare import Change
from scoring.ledger.preview import Preview
from scoring.policy.labels import Labels
from scoring.rows import Row
from scoring.words import plural, spoken

LISTED = 15
DOUBT, BETWEEN = "In doubt: ", "Undetermined between "
ASSUMED = ("placeholders", "reported")
# Columns that name a rule of the policy, and what each is called.
RULES = {
    "tier": "tier",
    "previous_tier": "before",
    "tier_low": "at least",
    "tier_high": "at most",
    "binding_criterion": "binding criterion",
    "requirement": "requirement",
    "waived": "waived",
    "findings": "findings",
}
# Columns that repeat another one, or are only of use to a program.
LEFT_OUT = ("movement", "program", "waiver_id")
TITLES = {
    "moves": "Moves",
    "changes": "Changed against the publication in force",
    "placeholders": "Placeholders it rests on",
    "reported": "Reported values it rests on",
    "waivers": "Waivers",
    "undetermined": "Undetermined",
    "sources": "Sources missing, late or older than the period",
}


def draw_preview(console: Console, preview: Preview, labels: Labels | None = None) -> None:
    """Print counts and the first rows of each list."""
    named = labels or Labels()
    console.print(
        Text(f"{preview.publication}: {plural(preview.decisions, 'decision')} of {preview.period}"),
        style="bold",
    )
    if preview.supersedes:
        console.print(Text(f"supersedes {preview.supersedes}"))
    for name, title in TITLES.items():
        rows = getattr(preview, name)
        if name in ASSUMED:
            draw_unconfirmed(console, title, rows, LISTED)
        elif not rows:
            console.print(Text(f"{title}: none"))
        elif isinstance(rows[0], Change):
            console.print(Text(f"{title}: {len(rows)}", style="bold"))
            for change in rows[:LISTED]:
                print_hanging(console, f"  {change.text}")
            if len(rows) > LISTED:
                console.print(Text(f"  and {len(rows) - LISTED} more (--json lists all)"))
        else:
            shown = [LINES.get(name, _line)(row, named) for row in rows]
            print_table(console, f"{title}: {len(rows)}", shown, listed=LISTED)


def draw_restatement(console: Console, restatement: Restatement) -> None:
    """Print what would change first, then the deliveries that came after the publication."""
    late = plural(len(restatement.late), "delivery", "deliveries")
    changes = plural(len(restatement.changes), "value")
    title = f"{restatement.publication}: {late} came after it, {changes} would change"
    console.print(Text(title, style="bold"))
    for change in restatement.changes:
        print_hanging(console, f"  {spoken(change.text)}")
    for row in restatement.late[:LISTED]:
        received = row["received_at"].isoformat(sep=" ", timespec="seconds")
        print_hanging(console, f"  came later: {row['file']} ({row['status']}, {received} UTC)")
    if len(restatement.late) > LISTED:
        console.print(Text(f"  and {len(restatement.late) - LISTED} more (--json lists all)"))


def _line(row: Row, named: Labels) -> Row:
    """The row with the names of partners, rules and parameters, without columns that say
    nothing."""
    line: Row = {}
    for name, value in row.items():
        if name == "partner_id":
            line["partner"] = _whose(row, named)
        elif name in RULES:
            many = value if isinstance(value, list | tuple) else [value]
            line[RULES[name]] = [named.rule(one) for one in many if one is not None]
        elif name not in LEFT_OUT:
            line[name] = value
    return line


def _whose(row: Row, named: Labels) -> str:
    """`P-0055 Überbau Solutions, reseller`: the partner together with the program."""
    partner = named.partner(row["partner_id"]) if row["partner_id"] else "all partners"
    return f"{partner}, {row['program']}" if row.get("program") else partner


def _open(row: Row, named: Labels) -> Row:
    """What is undetermined: a tier between two, a review, or a requirement, and what would decide
    it."""
    rule = row.get("requirement")
    tiers = [named.rule(row[one]) for one in ("tier_low", "tier_high") if row.get(one)]
    # Only the short form of a reason; the rest is for `explain`.
    parts = (row.get("reason") or row.get("smallest_change") or "").split(". ")
    doubt = next((part for part in parts if part.startswith(DOUBT) and "/" not in part), parts[0])
    rest = doubt.partition(": ")[2] if doubt.startswith(BETWEEN) else ""
    return {
        "partner": _whose(row, named),
        "undetermined": named.rule(rule) if rule else " or ".join(tiers) or row.get("outcome"),
        "because": rest or doubt,
    }


def _source(row: Row, named: Labels) -> Row:
    months = [row[one].isoformat()[:7] for one in ("first_month", "last_month") if row[one]]
    received = row["last_received"]
    return {
        "delivery": f"{spoken(row['source'])}: {spoken(row['entity'])}",
        "status": row["status"],
        "gaps": row["gaps"],
        "partners": row["partners"],
        "months": " to ".join(dict.fromkeys(months)),
        "last received": None if received is None else received.isoformat(),
    }


LINES = {"undetermined": _open, "sources": _source}
