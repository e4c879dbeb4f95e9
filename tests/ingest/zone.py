"""A landing zone on disk and a warehouse beside it, for the tests of the landing.

Belongs here: writing files with a moment of receipt, policy rows that the landing reads.
Does not: any expectation.
"""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import duckdb

from ingest.deliveries.landing_tables import create_tables
from ingest.deliveries.report import LandingReport
from ingest.landing.land import land
from scoring.policy.tables import DDL

VALUES = {
    "ingest.refused_share": "0.5",
    "ingest.refused_minimum_rows": "10",
    "program.time_zone": "America/Los_Angeles",
    "program.holiday_calendar": "US",
    "customers.provider_list": "none",
    "customers.near_name_likeness": "90",
}
LISTS = {
    "customers.free_mail_domains": ["gmail.com"],
    "customers.shared_host_domains": ["github.io", "google.com"],
    "customers.legal_forms": ["inc", "ltd", "gmbh", "sa", "co"],
}


def warehouse(year: int = 2025, path: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """An empty warehouse with the policy rows that landing and resolving read."""
    con = duckdb.connect(path)
    create_tables(con)
    for table, columns in DDL.items():
        con.execute(f"create table policy.{table} ({columns})")
    for parameter, value in VALUES.items():
        con.execute(
            "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
            [parameter, value],
        )
    for parameter, items in LISTS.items():
        for position, item in enumerate(items):
            con.execute(
                "insert into policy.lists values (?, date '2000-01-01', null, ?, ?)",
                [parameter, position, item],
            )
    con.execute(
        "insert into run.parameters values (?, ?, make_date(?, 12, 31), null,"
        " 'America/Los_Angeles', 'test', '1')",
        [year, str(year), year],
    )
    return con


class Zone:
    """A landing zone under a folder, its raw store and a warehouse."""

    def __init__(self, folder: Path, con: duckdb.DuckDBPyConnection | None = None) -> None:
        self.root, self.store = folder / "landing", folder / "raw"
        self.root.mkdir(exist_ok=True)
        self.con = con or warehouse()
        self.received: dict[str, str] = {}

    def put(self, file: str, content: str | bytes, received: str = "2025-06-01T00:00:00") -> Path:
        """Write a file and say when it was received."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.received[file] = received
        self._list()
        return path

    def _list(self) -> None:
        with (self.root / "_received.csv").open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(["file", "received_at"])
            writer.writerows(sorted(self.received.items()))

    def land(self, **options) -> LandingReport:
        """Land what is there."""
        return land(self.con, self.root, self.store, **options)

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        """All rows of a query."""
        return self.con.execute(query, list(parameters)).fetchall()

    def counts(self, file: str) -> tuple:
        """(status, read, accepted, quarantined, duplicate) of a file's latest delivery."""
        return self.rows(
            "select status, rows_read, rows_accepted, rows_quarantined, rows_duplicate"
            " from landing.deliveries where file = ? order by received_at desc limit 1",
            file,
        )[0]

    def rules(self, file: str | None = None) -> list[tuple]:
        """(row, column, rule) of everything quarantined, of one file or of all."""
        return self.rows(
            'select q."row", q."column", q.rule from landing.quarantine as q'
            " join landing.deliveries as d using (delivery_id)"
            " where ? is null or d.file = ?"
            ' order by q."row" nulls first, q."column", q.rule',
            file,
            file,
        )


def at(text: str) -> datetime:
    """A moment without a zone."""
    return datetime.fromisoformat(text)
