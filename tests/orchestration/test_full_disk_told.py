"""A full disk is reported as one, however a library reports it; other errors are not.

Belongs here: the words. Does not: what a full disk leaves (tests/faults).
"""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from sqlalchemy.exc import OperationalError

from orchestration.cli import app
from orchestration.cli.full_disk import WHAT_TO_DO, full_disk
from orchestration.cli.publishing import noted_when_written
from orchestration.settings import Locations, locations
from scoring.export import ExportError
from scoring.ledger.files import read_ledger
from scoring.ledger.freeze import Request
from scoring.ledger.publications_used import PUBLICATIONS
from tests.scoring.test_ledger import put

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
NAMED = OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), "/srv/site/index.html")
SQL = "INSERT INTO event_logs"


def by(error: Exception, cause: Exception | None = None) -> Exception:
    """The error raised because of another one."""
    error.__cause__ = cause
    return error


# An error, and its message; None if it is not a full disk.
TOLD = {
    "a file": (NAMED, "/srv/site/index.html: no space left on this disk"),
    "behind another": (by(ValueError("x"), NAMED), "/srv/site/index.html: no space left"),
    "no file": (FULL, "no space left on a disk: that of HOME or of temporary files ("),
    "Dagster's storage": (
        OperationalError(SQL, {}, Exception("database or disk is full")),
        "no space left on a disk: that of HOME",
    ),
    "a storage that cannot say": (
        OperationalError(SQL, {}, Exception("disk I/O error")),
        "a disk is full or fails: that of HOME",
    ),
    "DuckDB": (
        duckdb.IOException('Could not write file "/srv/w.duckdb": No space left on device'),
        "no space left on a disk (/srv/w.duckdb)",
    ),
    "our own words": (
        ExportError("/srv/out/a.xlsx: No space left on device"),
        "/srv/out/a.xlsx: No space left on device",
    ),
    "our own words around a report": (
        ExportError(
            "out/a.parquet was not written: IO Error: Async write failed for range [offset=0,"
            ' size=281]: {"exception_type":"IO","exception_message":"Could not write file'
            ' \\"out/a.parquet\\": No space left on device","errno":"28"}'
        ),
        "no space left on a disk (out/a.parquet)",
    ),
    "our own words around several": (
        ExportError(
            'Failed to commit: Could not write file "/tmp/x/w.duckdb.wal": No space left on device'
            "\n(and once more)"
        ),
        "no space left on a disk (/tmp/x/w.duckdb.wal)",
    ),
    "another fault": (OSError(errno.EACCES, "Permission denied", "/srv/x"), None),
    "a value": (ValueError("a full disk"), None),
}


@pytest.mark.parametrize("what", TOLD)
def test_a_full_disk_is_told_with_its_place_and_what_to_do(what, tmp_path, monkeypatch, capsys):
    error, words = TOLD[what]
    for name in ("PLUMBLINE_WAREHOUSE", "PLUMBLINE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    message = full_disk(error)
    if words is None:
        assert message is None
        return
    assert message.startswith(words.replace("HOME", str(tmp_path)))
    assert message.endswith(f"; {WHAT_TO_DO}")
    assert SQL not in message and "\n" not in message

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(app, "app", fail)
    assert app.run(["run"]) == 1
    output = capsys.readouterr()
    assert output.err == f"plumbline: {message}\n" and output.out == ""


FIRST = Request("2024", "Ann")
SECOND = replace(FIRST, supersedes="", reason="late calls", disputes=("D-1",))
# A request, the publications of its period by then, and which of them the message names.
WRITTEN = {
    "not yet": (FIRST, [], None),
    "by this try or an earlier one": (FIRST, [FIRST], "0002-2024"),
    "by somebody else": (replace(FIRST, by="Bob"), [FIRST], None),
    "of another day": (replace(FIRST, on=date(2025, 3, 1)), [FIRST], None),
    "of the stated day": (replace(FIRST, on=date(2025, 1, 6)), [FIRST], "0002-2024"),
    "what it shall replace": (SECOND, [FIRST], None),
    "in place of another": (SECOND, [FIRST, SECOND], "0003-2024"),
    "in place of a named one": (
        replace(SECOND, supersedes="0002-2024"),
        [FIRST, SECOND],
        "0003-2024",
    ),
    "for another reason": (replace(SECOND, reason="a mistake"), [FIRST, SECOND], None),
    "without the dispute": (replace(SECOND, disputes=()), [FIRST, SECOND], None),
    "before it was replaced": (FIRST, [FIRST, SECOND], None),
}


def written(places: Locations, requests: list[Request]) -> None:
    """A ledger with 2023 and these publications, each in place of the one before."""
    head, last = put(places.ledger, 1, "2023", [], by="Ann"), None
    for number, one in enumerate(requests, start=2):
        stated = {"by": one.by, "on": "2025-01-06", "reason": one.reason, "supersedes": last}
        more = {**stated, "disputes": sorted(one.disputes)}
        head = put(places.ledger, number, one.period, [], head, **more)
        last = f"{number:04d}-{one.period}"


@pytest.mark.parametrize("what", WRITTEN)
def test_a_publication_that_was_written_before_the_fault_is_noted(
    what, tmp_path, monkeypatch, capsys
):
    request, requests, name = WRITTEN[what]
    places = locations(tmp_path / "landing", tmp_path / "p.duckdb", tmp_path / "site", None)
    written(places, requests)

    def fail(**_: object) -> None:
        with noted_when_written(places, request):
            raise OSError(*NAMED.args, NAMED.filename)

    monkeypatch.setattr(app, "app", fail)
    assert app.run(["publish"]) == 1
    head, output = read_ledger(places.ledger).head, capsys.readouterr().err
    if name is None:
        assert "is published" not in output
    else:
        assert f"{WHAT_TO_DO}. 2024 is published, as {name} (head {head}); the same" in output


@pytest.mark.parametrize("shown", [False, True])
def test_what_readers_are_shown_was_published_by_another_command(tmp_path, shown):
    """Its fault is about a new publication with the same words, which does not exist."""
    places = locations(tmp_path / "landing", tmp_path / "p.duckdb", tmp_path / "site", None)
    written(places, [FIRST, SECOND])
    publications = read_ledger(places.ledger).publications
    with duckdb.connect(str(places.serving)) as con:
        con.execute("create schema run")
        con.execute(f"create table {PUBLICATIONS} (sequence bigint, head varchar)")
        for one in publications if shown else publications[:-1]:
            con.execute(f"insert into {PUBLICATIONS} values (?, ?)", [one.sequence, one.head])
    with pytest.raises(OSError) as caught, noted_when_written(places, SECOND):
        raise OSError(*NAMED.args, NAMED.filename)
    assert hasattr(caught.value, "__notes__") is not shown
