"""Help texts flow: a paragraph is broken where the terminal is full, and nowhere else.

Belongs here: the lines of a help text. Does not: what every command's help has (test_terminal.py).
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from orchestration.cli.app import run
from orchestration.cli.helping import flowing

COMMANDS = ("outlook", "expect", "letters", "portal", "person", "erase", "write-back", "ui")


def test_the_lines_of_a_paragraph_are_joined_and_items_and_indented_lines_stay():
    text = """What it does.

    One sentence that goes
    on. Another.

    - one item
    - one more

    For example:
        plumbline ask
    """
    assert flowing(text) == (
        "What it does.\n\nOne sentence that goes on. Another.\n\n- one item\n- one more\n\n"
        "For example:\n    plumbline ask"
    )
    assert flowing(None) is None


@pytest.mark.parametrize("command", COMMANDS)
def test_a_line_of_a_help_text_ends_only_where_the_next_word_would_not_fit(
    command, capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "80")
    assert run([command, "--help"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    usage = next(place for place, line in enumerate(lines) if line.startswith("Usage:"))
    end = next(place for place, line in enumerate(lines) if line.startswith("╭"))
    text = [line for line in lines[usage + 1 : end] if line]
    # Typer leaves no empty line between the paragraphs; the last line of each may be short.
    short = [
        line
        for line, following in pairwise(text)
        if len(line) + 1 + len(following.split()[0]) <= 78 and not line.endswith(".")
    ]
    assert short == []
