"""The values of the policy and of the run that landing needs.

Belongs here: reading those values from the warehouse. Does not: any value; they are policy data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path

import duckdb

from ingest.erasing.log import read_log
from ingest.formats.map_store import Maps, MapText
from ingest.judging.contract import CONTRACT_FILE
from ingest.judging.judge import Choices
from ingest.judging.possible import BOUNDS_FILE
from ingest.judging.sql import first
from ingest.people.landed import mark_of
from ingest.people.store import People

SHRUNKEN, SHRUNKEN_MINIMUM = "ingest.shrunken_share", "ingest.shrunken_minimum_rows"
SHRUNKEN_LINES = "ingest.shrunken_minimum_lines"
SHARE, MINIMUM, ZONE = "ingest.refused_share", "ingest.refused_minimum_rows", "program.time_zone"


@dataclass(frozen=True)
class Settings:
    """Refusal rule, programs that an enrolment may name, and the program's time zone (IANA).

    refused_share and refused_minimum_rows are None where no policy is at hand: then no file is
    refused for its share of bad rows. A delivery that leaves less than shrunken_share of the rows
    that its path, a month or an app had is refused if those were at least shrunken_minimum_rows
    (for a reseller's report of a month, shrunken_minimum_lines); with None, no delivery is refused
    for this. demo_installations: (company_id, installation_id) declared beside the installation
    pages, an empty one standing for all; None without such a list. maps: the column maps by which
    foreign layouts are read.
    """

    refused_share: Decimal | None = None
    refused_minimum_rows: int | None = None
    programs: tuple[str, ...] = ()
    time_zone: str = "UTC"
    demo_installations: tuple[tuple[str, str], ...] | None = None
    shrunken_share: Decimal | None = None
    shrunken_minimum_rows: int | None = None
    shrunken_minimum_lines: int | None = None
    maps: Maps = field(default_factory=Maps)

    @property
    def choices(self) -> Choices:
        """Enum members that policy data gives: the programs of a set that declares some."""
        return {("enrollments", "program"): self.programs} if self.programs else {}

    @property
    def reader_settings(self) -> Mapping[str, object]:
        """What readers need to know (ReadContext.settings)."""
        values: dict[str, object] = {"time_zone": self.time_zone, "maps": self.maps}
        if self.demo_installations is not None:
            values["demo_installations"] = self.demo_installations
        return values

    def fingerprint(self, source: str) -> str:
        """A digest of everything that the judgement of a source's files depends on besides the
        delivered bytes: contract, bounds, policy values, and the column maps of that source."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["maps"] = self.maps.digest(source)
        text = json.dumps(values, default=str, sort_keys=True)
        rules = CONTRACT_FILE.read_bytes() + BOUNDS_FILE.read_bytes()
        return hashlib.sha256(rules + text.encode()).hexdigest()[:16]


def judged_under(settings: Settings, source: str, store: Path, people: People) -> str:
    """Everything that the landed rows of a source depend on besides the delivered bytes: settings,
    the people who were erased from kept files, and people's tokens (their key, and the columns that
    they replace)."""
    columns = mark_of(source)
    named = f"{people.mark}{columns}" if people.tokens and columns else ""
    parts = (settings.fingerprint(source), read_log(store).mark(source), named)
    return "-".join(part for part in parts if part)


def _latest(con: duckdb.DuckDBPyConnection, parameter: str) -> str | None:
    row = first(
        con,
        "select value from policy.parameter_values where parameter = ?"
        " order by effective_from desc limit 1",
        [parameter],
    )
    return None if row is None else row[0]


def _required(con: duckdb.DuckDBPyConnection, parameter: str) -> str:
    value = _latest(con, parameter)
    if value is None:
        raise LookupError(
            f"the policy gives no {parameter}: add it to the policy set, and load the policy "
            "before files land"
        )
    return value


def note_maps(con: duckdb.DuckDBPyConnection, maps: Maps) -> None:
    """Record the user's maps as those under which this warehouse judges, and their faults."""
    faults = {faulty.file: faulty.sentence for faulty in maps.faulty}
    con.execute("delete from landing.column_maps")
    for one in maps.own:
        con.execute(
            "insert into landing.column_maps values (?, ?, ?)",
            [one.file, one.text, faults.get(one.file)],
        )


def noted_maps(con: duckdb.DuckDBPyConnection) -> Maps:
    """The user's maps under which this warehouse judges."""
    rows = con.execute("select file, text from landing.column_maps order by rowid").fetchall()
    return Maps(tuple(MapText(*row) for row in rows))


def settings_of(con: duckdb.DuckDBPyConnection) -> Settings:
    """The settings of a warehouse whose policy is loaded.

    The run's own zone comes before the policy's. Raises LookupError when the policy lacks a value,
    duckdb.CatalogException when no policy was loaded at all.
    """
    shrunken, least = _latest(con, SHRUNKEN), _latest(con, SHRUNKEN_MINIMUM)
    lines = _latest(con, SHRUNKEN_LINES)
    programs = con.execute("select program from policy.programs order by position").fetchall()
    zone = first(con, "select max(time_zone) from run.parameters")
    return Settings(
        refused_share=Decimal(_required(con, SHARE)),
        refused_minimum_rows=int(Decimal(_required(con, MINIMUM))),
        programs=tuple(program for (program,) in programs),
        time_zone=(zone and zone[0]) or _required(con, ZONE),
        shrunken_share=None if shrunken is None else Decimal(shrunken),
        shrunken_minimum_rows=None if least is None else int(Decimal(least)),
        shrunken_minimum_lines=None if lines is None else int(Decimal(lines)),
        maps=noted_maps(con),
    )
