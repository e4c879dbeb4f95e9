"""A full disk is told as one, whatever a library made of it; anything else is not.

Belongs here: the words. Does not: what a full disk leaves (tests/faults).
"""

from __future__ import annotations

import errno
import os
from functools import partial

import duckdb
import pytest
from sqlalchemy.exc import OperationalError

from orchestration.cli import app
from orchestration.cli.full_disk import WHAT_TO_DO, full_disk
from orchestration.cli.ledger import told_when_written
from orchestration.settings import locations
from scoring.export import ExportError
from scoring.ledger.files import read_ledger
from tests.scoring.test_ledger import put

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
NAMED = OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), "/srv/site/index.html")
SQL = "INSERT INTO event_logs"


def by(error: Exception, cause: Exception | None = None) -> Exception:
    """The error as it comes out of a block that raises it because of another."""
    error.__cause__ = cause
    return error


# An error, and what is told of it; None where it is no full disk.
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
    told = full_disk(error)
    if words is None:
        assert told is None
        return
    assert told.startswith(words.replace("HOME", str(tmp_path)))
    assert told.endswith(f"; {WHAT_TO_DO}")
    assert SQL not in told and "\n" not in told

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(app, "app", fail)
    assert app.run(["run"]) == 1
    said = capsys.readouterr()
    assert said.err == f"plumbline: {told}\n" and said.out == ""


def test_a_publication_that_was_written_before_the_fault_is_told(tmp_path, monkeypatch, capsys):
    places = locations(tmp_path / "landing", tmp_path / "p.duckdb", tmp_path / "site", None)
    put(places.ledger, 1, "2023", [])

    def fail(*_: object, written: bool, **__: object) -> None:
        with told_when_written(places, "2024"):
            if written:
                put(places.ledger, 2, "2024", [], read_ledger(places.ledger).head)
            raise NAMED

    monkeypatch.setattr(app, "app", partial(fail, written=False))
    assert app.run(["publish"]) == 1
    assert "is published" not in capsys.readouterr().err
    monkeypatch.setattr(app, "app", partial(fail, written=True))
    assert app.run(["publish"]) == 1
    head = read_ledger(places.ledger).head
    said = capsys.readouterr().err
    assert f"{WHAT_TO_DO}. 2024 is published, as 0002-2024 (head {head}); the same command" in said
