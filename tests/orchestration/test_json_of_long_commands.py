"""`--json` of the commands that take long, serve, or need a folder or a ledger of their own.

Belongs here: that each ends in one JSON document and nothing else. Does not: the other commands,
whose examples test_terminal.py runs, or what the documents say.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.cli.app import run
from tests.conftest import DEMO_YEAR
from tests.orchestration.test_terminal import ELSEWHERE

YEAR = str(DEMO_YEAR)
# The commands typed before, and those that end in a document, in this order: something must be
# published before it can be verified.
PUBLISHED = ["publish", "--year", YEAR, "--by", "dana", "--json"]
LONG = {
    "run": ["run", "--year", YEAR],
    "review": ["review", "--period", f"{YEAR}-H1"],
    "verify": ["verify", "--year", YEAR],
    "restate": ["restate", "--year", YEAR],
}
APART = {
    *("delete", "demo", "policy mutate", "stamp", "ui", "verify-letters", "vouch", "watch"),
    "write-back",
}


@pytest.fixture(scope="module")
def home(demo_run, tmp_path_factory) -> Path:
    """A copy of the demonstration that may be published."""
    copy = tmp_path_factory.mktemp("documents")
    shutil.copytree(demo_run.landing.parent, copy, dirs_exist_ok=True)
    return copy


@pytest.fixture(autouse=True)
def at_home(home, tmp_path, monkeypatch) -> Iterator[None]:
    before = dict(os.environ)
    for name in ("LANDING", "WAREHOUSE", "SITE", "POLICY"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(home))
    # A command may be typed in any folder.
    monkeypatch.chdir(tmp_path)
    yield
    os.environ.clear()
    os.environ.update(before)


def document(arguments: list[str], capsys) -> object:
    """The one document that a command prints."""
    assert run([*arguments, "--json"]) in (0, 1)
    return json.loads(capsys.readouterr().out)


def test_nothing_is_left_out():
    assert LONG.keys() | APART == ELSEWHERE


def test_the_demonstration_is_one_document(tmp_path, capsys):
    options = ["--partners", "60", "--usage-events", "100", "--year", YEAR]
    answer = document(["demo", "--landing", str(tmp_path / "landing"), *options], capsys)
    assert answer["landing"] == str(tmp_path / "landing")
    assert answer["partners"] >= 60 and answer["rows"] and answer["cases"]


def test_runs_and_what_is_asked_of_a_ledger(capsys):
    assert {"moves", "where"} <= document(LONG["run"], capsys).keys()
    assert document(PUBLISHED[:-1], capsys)["ledger"]
    for words in ("verify", "restate", "review"):
        assert document(LONG[words], capsys) is not None


def test_the_nudges_of_a_policy(monkeypatch, capsys):
    from scoring.policy import mutate

    # All nudges would take minutes; which ones there are does not affect how they are printed.
    report = mutate.MutationReport(noticed=("a",), unnoticed=("b",), accepted=(("c", "why"),))
    monkeypatch.setattr(mutate, "mutate", lambda *_: report)
    answer = document(["policy", "mutate"], capsys)
    assert answer == {
        "noticed": ["a"],
        "unnoticed": ["b"],
        "accepted": [{"nudge": "c", "why": "why"}],
    }


def test_letters_whose_signature_does_not_hold(tmp_path, capsys):
    (tmp_path / "P-1.pdf").write_bytes(b"no letter")
    (tmp_path / "signers").touch()
    arguments = [
        "verify-letters",
        str(tmp_path / "P-1.pdf"),
        "--signers",
        str(tmp_path / "signers"),
    ]
    answer = document(arguments, capsys)
    assert answer["signed"] == []
    assert [Path(one["file"]).name for one in answer["faults"]] == ["P-1.pdf"]


@pytest.mark.parametrize("parent", ["heeds", "ignores"])
def test_the_ui_says_first_where_it_answers_and_ends_when_asked(home, parent):
    """It is asked to end in its first moment, when nothing of Dagster is loaded, under any
    parent."""
    first = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    code = "from orchestration.entry import main; main()"
    command = [sys.executable, "-c", first + code if parent == "ignores" else code]
    with subprocess.Popen(
        [*command, "ui", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("}"):
                break
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=90)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert json.loads("".join(lines))["address"].startswith("http://127.0.0.1:")


def test_a_request_to_end_that_nobody_looks_at_ends_it_all_the_same():
    """As while Dagster starts: the signal is received, but nothing happens. The processes that it
    has started hold the pipe, which closes with the last of them."""
    deaf = (
        "import signal, subprocess, time\n"
        "from orchestration.ui.__main__ import end_at_the_latest\n"
        "end_at_the_latest(0.1, [subprocess.Popen(['sleep', '600'])])\n"
        "signal.signal(signal.SIGTERM, lambda *_: None)\n"
        "print('there', flush=True)\n"
        "while True: time.sleep(60)"
    )
    command = [sys.executable, "-c", deaf]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout and process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(timeout=60) == 1
            assert select.select([process.stdout], [], [], 60)[0]
            assert process.stdout.read() == b""
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
