"""The preview of a publication: who moves and what the decisions rest on.

Belongs here: how a preview is drawn. Does not: what is in it (scoring/ledger/preview.py).
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.tables import print_hanging, print_table
from scoring.ledger.compare import Change
from scoring.ledger.preview import Preview
from scoring.words import plural

LISTED = 15
TITLES = {
    "moves": "Moves",
    "changes": "Changed against the publication in force",
    "placeholders": "Placeholders it rests on",
    "reported": "Reported values it rests on",
    "waivers": "Waivers",
    "undetermined": "Undetermined",
    "sources": "Sources missing, late or older than the period",
}


def draw_preview(console: Console, preview: Preview) -> None:
    """Print counts and the first rows of each list."""
    console.print(
        Text(f"{preview.publication}: {plural(preview.decisions, 'decision')} of {preview.period}"),
        style="bold",
    )
    if preview.supersedes:
        console.print(Text(f"supersedes {preview.supersedes}"))
    for name, told in TITLES.items():
        rows = getattr(preview, name)
        if not rows:
            console.print(Text(f"{told}: none"))
        elif isinstance(rows[0], Change):
            console.print(Text(f"{told}: {len(rows)}", style="bold"))
            for change in rows[:LISTED]:
                print_hanging(console, f"  {change.told}")
            if len(rows) > LISTED:
                console.print(Text(f"  and {len(rows) - LISTED} more (--json lists all)"))
        else:
            print_table(console, f"{told}: {len(rows)}", rows, listed=LISTED)
