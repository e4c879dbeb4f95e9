"""Whatever a name contains, no command lets a terminal interpret it."""

import io
import json
import sys

import pytest
import typer
from rich.table import Table
from rich.text import Text

from ingest.safe_text import harmless
from orchestration.cli.app import run
from orchestration.cli.door import SafeConsole, safe_streams
from orchestration.cli.helping import add

NASTY = "a\x1b[2Jb\x9bc\u202ed\x07e\r\u2066f\x7f"
SHOWN = "a\\u001b[2Jb\\u009bc\\u202ed\\u0007e\\u000d\\u2066f\\u007f"


def test_what_a_terminal_obeys_is_shown_by_its_code():
    assert harmless(NASTY) == SHOWN
    assert harmless("plain\tüß 日本\n") == "plain\tüß 日本\n"
    assert json.loads(harmless(json.dumps(NASTY, ensure_ascii=False))) == NASTY


def test_streams_clean_what_is_printed_and_give_themselves_back(monkeypatch):
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with safe_streams():
        print(NASTY)
        print(NASTY, file=sys.stderr)
        sys.stdout.writelines([NASTY])
    assert out.getvalue() == f"{SHOWN}\n{SHOWN}" and err.getvalue() == f"{SHOWN}\n"
    assert sys.stdout is out and sys.stderr is err


@pytest.mark.parametrize("what", ["text", "markup", "table", "nested"])
def test_the_console_keeps_its_colours_and_cleans_texts(monkeypatch, what):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    with safe_streams():
        console = SafeConsole(
            force_terminal=True, color_system="truecolor", highlight=False, width=120
        )
        table = Table(title=NASTY)
        table.add_column(NASTY)
        table.add_row(Text(NASTY, style="red"))
        outer = Table()
        outer.add_row(table)
        things = {"text": Text(NASTY, "red"), "markup": NASTY, "table": table, "nested": outer}
        console.print(things[what], style="bold")
    output = out.getvalue()
    assert "\x1b[1" in output
    assert not set("\x9b\u202e\x07\u2066\x7f\r") & set(output)
    assert "\x1b[2J" not in output and "\\u001b[2J" in output


def test_wrong_use_that_quotes_a_value_from_a_file(capsys):
    app = typer.Typer(rich_markup_mode="rich", pretty_exceptions_enable=False)

    def quoting() -> None:
        raise typer.BadParameter(NASTY)

    add(app, quoting, "plumbline quoting", name="quoting")
    add(app, lambda: None, "plumbline other", name="other")
    with pytest.raises(SystemExit):
        app(args=["quoting"])
    output = capsys.readouterr().err
    assert not set("\x1b\x9b\u202e\x07\u2066\x7f") & set(output)


def test_an_error_of_a_command(capsys):
    assert run(["check", f"nowhere{NASTY}"]) == 2
    output = capsys.readouterr().err
    assert not set("\x1b\x9b\u202e\x07\u2066\x7f") & set(output)
