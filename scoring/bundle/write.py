"""Writes a partner's bundle: its tables, the views that compute its results again, and a README.

Belongs here: which statement goes where, and what is withheld. Does not: any rule (tables/ and
views/ hold the SQL, the policy's rows are its data).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from ingest.atomic import new_file
from scoring.bundle.others import Others, Place
from scoring.explain import NothingToExplainError
from scoring.partners import find_partner
from scoring.rows import fetch

Tables = dict[str, pl.DataFrame]
HERE = Path(__file__).parent
# Columns whose text comes from a delivery, and could therefore name anybody.
LANDED_TEXT = {
    "partner": ("name",),
    "own_terms": ("value", "agreement_ids", "conflict_reason"),
    "waivers": ("requirement", "waiver_id", "granted_by"),
    "measures": ("status_reason",),
    "active_customers": ("customer",),
    "arr_lines": (
        *("subscription_id", "line_id", "item", "file", "cell"),
        *("ended_by_line", "ended_by_file", "ended_by_cell"),
    ),
    "items": ("item", "file", "cell", "detail"),
    "figure_rows": ("item", "file", "cell", "detail"),
    "unread_rows": ("file", "cell", "column_name", "value", "message"),
    "published_requirements": ("threshold_source", "reason"),
    "published_tier": ("smallest_change", "closed_reason"),
}
# The smallest blocks of the file format: a bundle has many small tables.
SMALL: dict[str, str | bool | int | float | list[str]] = {"default_block_size": 16384}


class BundleError(ValueError):
    """The bundle cannot be written there or in this way; the message says what to do."""


@dataclass(frozen=True)
class BundleSummary:
    """What a bundle holds: rows of all its tables, texts withheld, differences its own SQL finds.

    `digest`: sha256 over every row; the file's own bytes carry an identifier that DuckDB draws.
    """

    partner_id: str
    year: int
    file: Path
    rows: int
    withheld: int
    differences: int
    digest: str


def write_bundle(
    con: duckdb.DuckDBPyConnection, partner: str, year: int, file: Path
) -> BundleSummary:
    """Write the bundle of `partner` (id or name) for the assessed `year` to `file`.

    An earlier bundle there is replaced, any other file is a BundleError. Raises PartnerLookupError,
    or NothingToExplainError for a partner that is in no ledger of that year.
    """
    match = find_partner(con, partner)
    inside = fetch(
        con,
        "from intermediate.int_ledger__pairs where partner_id = $partner and year = $year",
        partner=match.partner_id,
        year=year,
    )
    if not inside:
        raise NothingToExplainError(
            f"{match} was in no program at the end of {year}; there is nothing to recompute"
        )
    _refuse_other_files(file)
    # Done before anything is written: a text that is removed later could still be in the file.
    tables, withheld = _withheld(
        _read(con, match.partner_id, year), Others.of(con, match.partner_id)
    )
    with new_file(file) as fresh, duckdb.connect(str(fresh), config=SMALL) as bundle:
        bundle.execute("begin transaction")
        _write(bundle, tables)
        _script(bundle)
        summary = _summary(bundle, match.partner_id, year, file, withheld)
        _readme(bundle, str(match), summary)
        bundle.execute("commit")
        bundle.execute("force checkpoint")
    return summary


def statements(folder: str) -> dict[str, str]:
    """Name to SQL of each file in `tables` or `views`, in order."""
    files = sorted((HERE / folder).glob("*.sql"))
    return {path.stem.lstrip("0123456789_"): path.read_text("utf-8") for path in files}


def purpose(sql: str) -> str:
    """The comment that a statement opens with, as one line."""
    lines = [line.removeprefix("--").strip() for line in sql.splitlines() if line.startswith("--")]
    return " ".join(lines)


def _refuse_other_files(file: Path) -> None:
    if not file.exists():
        return
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            con.execute("select 1 from script, readme limit 0")
    except duckdb.Error:
        raise BundleError(
            f"{file} is there and is not a bundle; name another file with --out or move it away"
        ) from None


def _read(con: duckdb.DuckDBPyConnection, partner_id: str, year: int) -> Tables:
    tables = {}
    for name, sql in statements("tables").items():
        parameters = {"partner": partner_id, "year": year}
        used = {key: value for key, value in parameters.items() if f"${key}" in sql}
        tables[name] = con.sql(sql, params=used).pl()
    return tables


def _withheld(tables: Tables, others: Others) -> tuple[Tables, int]:
    """The tables without each landed text that names another partner; equal texts stay equal."""
    naming: set[str] = set()
    for table, columns in LANDED_TEXT.items():
        for column in columns:
            texts = tables[table][column].drop_nulls().unique().to_list()
            naming.update(text for text in texts if others.named_in(text, Place.of(column)))
    shown = {text: f"withheld {number}" for number, text in enumerate(sorted(naming), start=1)}
    if not shown:
        return tables, 0
    replaced = {
        table: tables[table].with_columns(pl.col(*columns).cast(pl.String).replace(shown))
        for table, columns in LANDED_TEXT.items()
    }
    return {**tables, **replaced}, len(shown)


def _write(bundle: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    for name, rows in tables.items():
        bundle.register("rows", rows)
        bundle.execute(f"create table {name} as from rows order by all")
        bundle.unregister("rows")


def _script(bundle: duckdb.DuckDBPyConnection) -> None:
    """The views, and the table `script` that holds their SQL to be read or run elsewhere."""
    bundle.execute("create table script (step bigint, name text, purpose text, sql text)")
    for step, (name, sql) in enumerate(statements("views").items(), start=1):
        bundle.execute(f"create view {name} as {sql}")
        bundle.execute(
            "insert into script values (?, ?, ?, ?)",
            [step, name, purpose(sql), f"create or replace view {name} as\n{sql}"],
        )


def _summary(
    bundle: duckdb.DuckDBPyConnection, partner_id: str, year: int, file: Path, withheld: int
) -> BundleSummary:
    digest, rows = hashlib.sha256(), 0
    for name in [*statements("tables"), "script"]:
        for row in bundle.execute(f"from {name} order by all").fetchall():
            digest.update(repr((name, row)).encode("utf-8"))
            rows += 1
    # Step by step: a temporary table hides the view of its name, and is computed only once.
    for name, sql in statements("views").items():
        bundle.execute(f"create temp table {name} as {sql}")
    differences = bundle.execute("select count(*) from temp.differences").fetchone()
    return BundleSummary(
        partner_id=partner_id,
        year=year,
        file=file,
        rows=rows,
        withheld=withheld,
        differences=differences[0] if differences else 0,
        digest=digest.hexdigest(),
    )


def _readme(bundle: duckdb.DuckDBPyConnection, partner: str, summary: BundleSummary) -> None:
    lines = [
        f"What was decided on {partner} for {summary.year}, and what it was decided from.",
        f"Open this file with DuckDB (written by {duckdb.__version__}); nothing else is needed.",
        "from differences;  -- where what you figure here differs from what was published",
        "from recomputed_tier;  from recomputed_requirements;  from recomputed_metrics;",
        "from items where metric = '...';  -- the rows behind a figure, by file, row and cell",
        "select sql from script order by step;  -- the SQL of each view, to read or run again",
        "What the delivered files cannot show (a delivery that is missing, nothing expected, terms "
        "that disagree) is taken from the table measures.",
        f"Contents sha256 {summary.digest}; texts that named others were withheld: "
        f"{summary.withheld}.",
    ]
    parts = {**statements("tables"), **statements("views")}
    lines += [f"{name}: {purpose(sql)}" for name, sql in parts.items()]
    bundle.execute("create table readme (line bigint, text text)")
    bundle.executemany("insert into readme values (?, ?)", list(enumerate(lines, start=1)))
