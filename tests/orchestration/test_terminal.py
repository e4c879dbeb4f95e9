"""Every command at the terminal: help with an example that works, only JSON, helpful errors.

Belongs here: what holds of all commands alike. Does not: their answers.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import typer.main
from rich.cells import cell_len
from rich.console import Console

from orchestration.cli.app import app, run
from orchestration.cli.drawing.tables import print_hanging, print_table
from orchestration.cli.running import _finish
from orchestration.run import RunOutcome
from tests.conftest import DEMO_YEAR

# Commands whose examples take long, serve, or need a folder or a ledger of their own: what they
# print as JSON is read in test_json_of_long_commands.py.
ELSEWHERE = {
    "run",
    "review",
    "delete",
    "demo",
    "ui",
    "watch",
    "policy mutate",
    "verify",
    "restate",
    "vouch",
    "stamp",
    "verify-letters",  # signed ones (dashboards/test_signed_letters.py)
    "write-back",  # into a CRM of its own (write_back/)
}


def commands() -> dict[str, typer.core.TyperCommand]:
    """Every command that does something, by its words."""
    by_words, open_groups = {}, [("", typer.main.get_command(app))]
    while open_groups:
        words, command = open_groups.pop()
        if hasattr(command, "commands"):
            open_groups += [(f"{words} {name}", each) for name, each in command.commands.items()]
        else:
            by_words[words.strip()] = command
    return by_words


COMMANDS = commands()
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def examples(words: str) -> list[list[str]]:
    """The arguments of each example in a command's help."""
    lines = COMMANDS[words].epilog.split("\n\n")
    return [shlex.split(line.removeprefix("Example: ").split(" > ")[0])[1:] for line in lines]


@pytest.fixture(scope="module")
def home(demo_run, tmp_path_factory) -> Path:
    """A copy of the demonstration that examples may write to."""
    copy = tmp_path_factory.mktemp("terminal")
    shutil.copytree(demo_run.landing.parent, copy, dirs_exist_ok=True)
    return copy


@pytest.fixture
def at_home(home, monkeypatch) -> Iterator[Path]:
    """In that copy, as a person would be, 80 columns wide; the environment is put back."""
    before = dict(os.environ)
    for name in ("LANDING", "WAREHOUSE", "SITE", "POLICY"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(home)
    yield home
    # A confirmation makes another policy, while the next example is about this run's policy.
    shutil.rmtree(home / "policy", ignore_errors=True)
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_help_fits_and_ends_in_an_example_of_this_command(words, at_home, capsys):
    assert run([*words.split(), "--help"]) == 0
    output = capsys.readouterr().out
    assert f"Example: plumbline {words}" in output
    assert "…" not in output and "\x1b" not in output
    assert max(map(len, output.splitlines())) <= 80
    assert "--json" in output
    for arguments in examples(words):
        assert " ".join(arguments).startswith(words)


@pytest.mark.parametrize("words", sorted(COMMANDS.keys() - ELSEWHERE))
def test_examples_run_from_any_folder_and_json_is_one_document_alone(
    words, at_home, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for arguments in examples(words):
        # An example of `check` looks at files with faults, and says so by its exit code.
        assert run([*arguments, "--json"]) in ((0, 1) if words == "check" else (0,))
        assert json.loads(capsys.readouterr().out) is not None


# A key of ours. Paths, dotted ids of the policy, options and addresses are typed as they stand.
RAW_KEY = re.compile(r"(?<![\w./$@-])[a-z]+(?:_[a-z0-9]+)+(?![\w/@.-])")
# What a file has to hold: names of columns and words of lists, or the file itself.
OF_FILES = {"check", "map", "quarantine list", "quarantine export"}
# One serves until it is ended, one runs once; the others take long and print a line or two of
# counts and paths.
NOT_DRAWN = {"mcp", "init", "erase", "letters", "person", "portal", "publish"}
ALSO_DRAWN = (
    "today --all --owner channel_manager",
    "changes --all",
    "what-if --year 2025 --set technology.select_active_customers=60",
    "what-if --year 2025 --set reseller.minimum_arr_usd=300000",
    "explain P-0020 --year 2025",
    "publish --period 2025-H2 --preview",
    "publish --year 2024 --preview",
)


def drawn() -> list[str]:
    """Every command line whose answer is checked here, as a person types it."""
    known = COMMANDS.keys() - ELSEWHERE - NOT_DRAWN
    return [*(shlex.join(each) for words in sorted(known) for each in examples(words)), *ALSO_DRAWN]


@pytest.mark.parametrize("line", drawn())
def test_an_answer_fits_a_narrow_screen_and_speaks_in_words(
    line, at_home, capsys, monkeypatch, tmp_path
):
    """No table falls to pieces: none of its lines is wider than the screen, and no value is raw."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(line)) in (0, 1)
    output = ANSI.sub("", capsys.readouterr().out)
    for each in output.splitlines():
        # A path or a command stays whole, to be copied.
        is_copied = "plumbline " in each or str(at_home) in each or "/" in each
        assert cell_len(each.rstrip()) <= 80 or is_copied, each
        if not is_copied and not any(line.startswith(words) for words in OF_FILES):
            assert not RAW_KEY.search(each), each


WHOLE = {
    "what-if --year 2025 --set reseller.minimum_arr_usd=300000": ("partner", "now", "then"),
    "what-if --year 2025 --grid reseller.minimum_arr_usd=80000:120000:10000"
    " --grid technology.select_active_customers=8,10,12": ("minimum", "moves", "compliant"),
    "backtest --set reseller.minimum_arr_usd=300000": ("partner", "now", "then"),
    "publish --period 2025-H1 --preview": ("partner", "findings", "recommended"),
    "outlook --year 2025 --as-of 2025-08-31": ("partner", "needed", "pace", "(placeholder,"),
    "control": ("stated", "ours", "difference"),
}


@pytest.mark.parametrize("line", WHOLE)
def test_an_answer_stays_a_table_and_names_stand_beside_ids(line, at_home, capsys, monkeypatch):
    assert run(shlex.split(line)) == 0
    output = capsys.readouterr().out
    heads = [each for each in output.splitlines() if each.startswith("│")]
    for head in WHOLE[line]:
        assert any(head in each for each in heads), head
    with duckdb.connect(str(at_home / "plumbline.duckdb.serving"), read_only=True) as con:
        names = dict(con.execute("select partner_id, name from marts.dim_partners").fetchall())
    beside = 0
    for row, below in pairwise([*heads, ""]):
        # A narrow column has the name below the id.
        if partner := re.match(r"│ (?:\S+ +│ )?(P-\d{4})\b", row):
            assert names[partner[1]].split()[0] in row + below, row
            beside += 1
    assert beside or "--grid" in line or line == "control"


def test_arr_that_just_misses_a_minimum_is_not_rounded_to_it(at_home, capsys):
    """99,999.9999 beside "non-compliant" says why; 100,000 would contradict it."""
    assert run(shlex.split("what-if --year 2025 --set reseller.minimum_arr_usd=99999")) == 0
    assert "99,999.9999" in capsys.readouterr().out


def test_a_run_ends_in_one_json_document(demo_run, capsys):
    _finish(RunOutcome(demo_run, DEMO_YEAR, str(DEMO_YEAR), ()), as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert {"moves", "needs_review", "where", "faults"} <= answer.keys()


# What is typed, the exit code, and words that say what, where, and what to do.
WRONG = {
    "a year before all": ("explain P-0055 --year 1999", 2, "2000"),
    "a year not run": ("explain P-0055 --year 2019", 1, "`plumbline run --year 2019`"),
    "a mistyped id": ("explain P-0555 --year 2025", 2, "Near: P-0055"),
    "nobody who is expected": ("expect Uberbau --by A --reason x", 2, "P-0055 (Ü"),
    "a mistyped name": ("explain 'Uberbau Solution' --year 2025", 2, "Near: P-0055"),
    "a mistyped option": ("explain P-0055 --yaer 2025", 2, "--year"),
    "a mistyped command": ("explan P-0055", 2, "Did you mean 'explain'?"),
    "nothing named": ("explain", 2, "partner"),
    "no landing zone": ("run --year 2025 --landing nowhere", 2, "plumbline demo"),
    "no landing zone to decide in": ("{waiver} --landing nowhere", 2, "plumbline demo"),
    "no warehouse": ("today --warehouse none.duckdb", 2, "run `plumbline run --year ...` first"),
    "no DuckDB file": ("today --warehouse notes.txt", 1, "name the warehouse with --warehouse"),
    "no day": ("today --as-of yesterday", 2, "write it as 2025-12-31"),
    "no policy set": ("policy coverage --policy nosuch", 2, "name one of procore"),
    "unreadable policy": ("policy coverage --policy broken", 1, "x.yaml:2: not YAML"),
    "no such parameter": (
        "what-if --year 2025 --set reseller.minimum_arr=1",
        2,
        "did you mean reseller.minimum_arr_usd",
    ),
    "no number": ("what-if --year 2025 --set reseller.minimum_arr_usd=abc", 2, "write 100 or 0.9"),
    "no period": ("review --period 2025-Q1", 2, "2025-H1"),
    "a period without results": ("policy assumptions --year 2019", 2, "there are: 2023"),
    "no file to check": ("check nowhere", 2, "name one that is there"),
    "a picture to map": ("map picture.csv", 2, "give a csv, json or parquet file"),
    "no source": ("quarantine list --source crmm", 2, "choose one of"),
    "no folder to write into": ("export --to notes.txt/x", 1, "name another place"),
    "no publisher": ("publish --year 2025", 2, "give the name of the person who publishes"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_error_says_what_where_and_what_to_do(case, at_home, capsys):
    typed, code, words = WRONG[case]
    (at_home / "notes.txt").write_text("no database at all, but long enough to be one\n" * 99)
    (at_home / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (at_home / "broken").mkdir(exist_ok=True)
    (at_home / "broken" / "x.yaml").write_text("a: [1,\n", "utf-8")
    [waiver] = examples("decide waiver")
    assert run(shlex.split(typed.replace("{waiver}", shlex.join(waiver)))) == code
    output = capsys.readouterr()
    assert output.out == ""
    plain = " ".join(output.err.replace("│", " ").split())
    assert words in plain
    assert "Traceback" not in plain and "--debug" not in plain


ROWS = [
    {
        "partner_id": "P-0055",
        "requirement": "RESL-MARKETING-QTR",
        "name": "Überbau Solutions",
        "arr_usd": 99999,
        "reason": "two of the four quarters lack an approved activity",
    },
    {
        "partner_id": "P-0106",
        "requirement": "x",
        "name": "日本測量 [b]",
        "arr_usd": None,
        "reason": None,
    },
]


@pytest.mark.parametrize("width", [24, 40, 80, 120, 200])
def test_a_table_loses_no_column_and_breaks_no_word(width):
    """Too narrow for a table, each row is an entry; a word wider than the screen alone is cut."""
    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as capture:
        print_table(console, "Rows", ROWS)
    printed = capture.get()
    for row in ROWS:
        for value in row.values():
            for word in str(value or "").split():
                assert word in printed
    assert all(Console().measure(line.rstrip()).maximum <= width for line in printed.splitlines())


def test_what_is_left_out_is_counted():
    console = Console(width=80, force_terminal=False)
    with console.capture() as capture:
        print_table(console, "Rows", ROWS, ["partner_id"], listed=1)
    assert "P-0106" not in capture.get() and "and 1 more row (--json" in capture.get()


def test_a_fault_is_one_line_where_it_is_piped_and_wraps_at_a_screen():
    line = "  file.csv row 7: " + "word " * 30 + "\x1b[31m"
    piped, screen = (
        Console(width=40, force_terminal=terminal, color_system=None) for terminal in (False, True)
    )
    with piped.capture() as whole:
        print_hanging(piped, line)
    with screen.capture() as wrapped:
        print_hanging(screen, line)
    assert whole.get().count("\n") == 1
    assert max(len(each) for each in wrapped.get().splitlines()) <= 40
    assert wrapped.get().split() == whole.get().split()
    assert "\x1b" not in whole.get() + wrapped.get()
