"""The unconfirmed values that an answer rests on, each with who read it and when.

Belongs here: how it is drawn. Does not: which values those are (scoring/assumed.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.tables import print_hanging
from scoring.assumed import Assumed
from scoring.words import spoken


def marked(text: str, assumed: str | None) -> str:
    """A rule's name with what it rests on that nobody has confirmed: `Select (placeholder)`."""
    return f"{text} ({assumed})" if assumed else text


def draw_assumed(console: Console, assumed: Sequence[Assumed]) -> None:
    """A line for each value; nothing where there is none."""
    if not assumed:
        return
    console.print(Text("Rests on values that nobody has confirmed", style="bold"))
    for one in assumed:
        print_hanging(console, f"  {spoken(one.sentence)}")
