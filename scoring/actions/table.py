"""The actions of a day as the published table `decisions.actions`.

Belongs here: ids, states, owners, stakes and commands put together, for any day.
Does not: which rows are actions (kinds.py), printing them (scoring.today).
"""

from __future__ import annotations

import hashlib
from datetime import date

import duckdb
import polars as pl

from scoring.actions.commands import command
from scoring.actions.kinds import COLUMNS, DONE, OVERDUE, QUERIES
from scoring.actions.owners import with_owner
from scoring.actions.stakes import stakes
from scoring.named_people import register_named
from scoring.published import ACTIONS
from scoring.published_frames import conform, write_table
from scoring.rows import fetch
from scoring.words import parted
from scoring.words import spoken as in_words

FOUND = {name: pl.Date() if name == "due" else pl.String() for name in COLUMNS}
# Columns that the commands need: the recommended action, and who signs for an invited partner.
RECOMMENDED = """
select 'decisions.governance_reviews' as source_table,
    review || ' ' || partner_id || ' ' || program as source_key, recommended_action as recommended
from decisions.governance_reviews
union all
select 'landing.premier_invitations', partner_id || ' ' || tier_year, sponsor
from staging.stg_decisions__premier_invitations
"""


def action_id(kind: str, partner_id: str | None, subject: str) -> str:
    """The same id from run to run: it depends on what the action is about, never on its state or
    words."""
    text = "\x1f".join((kind, partner_id or "", subject))
    return f"{kind.replace('_', '-')}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def actions(con: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """Every action of the day in the shape of `decisions.actions`, by id.

    An action whose due day has passed is `overdue`, even while it waits for somebody; one that a
    recorded decision answered recently is `done`. Facts count up to the day; tiers, reviews and
    requirements are those of the last run.
    """
    [run] = fetch(con, "select year from run.parameters")
    register_named(con, as_of)
    rows = with_owner(con, _due_rows(con, as_of), as_of)
    # Where a result's reason or a fault contains our keys, the sentence has words for them; the
    # figures of a reason have their thousands parted, while a fault quotes what was delivered.
    is_result, is_fault = pl.col("kind") == "requirement", pl.col("kind") == "quarantine"
    rows = rows.with_columns(
        why=pl.when(is_result)
        .then(pl.col("why").map_elements(_figures_in_words, return_dtype=pl.String))
        .when(is_fault)
        .then(pl.col("why").map_elements(in_words, return_dtype=pl.String))
        .otherwise("why")
    )
    recommended = con.sql(RECOMMENDED).pl().unique(["source_table", "source_key"])
    rows = rows.join(recommended, on=["source_table", "source_key"], how="left")
    rows = rows.join(stakes(con, as_of), on="partner_id", how="left").with_columns(
        state=pl.when((pl.col("state") != DONE) & (pl.col("due") < as_of))
        .then(pl.lit(OVERDUE))
        .otherwise("state"),
        reason=pl.format(
            "{}: {}{}",
            "what",
            "why",
            pl.when(pl.col("next_step").is_null())
            .then(pl.lit(""))
            .otherwise(pl.format(" {}", "next_step")),
        ),
        due_on="due",
    )
    records = rows.to_dicts()
    made = rows.with_columns(
        action_id=pl.Series(
            [action_id(r["kind"], r["partner_id"], r["subject"]) for r in records], dtype=pl.String
        ),
        command=pl.Series([command(r, as_of, run["year"]) for r in records], dtype=pl.String),
    )
    return conform(made.unique("action_id", keep="first", maintain_order=True), ACTIONS)


def _figures_in_words(why: str) -> str:
    return parted(in_words(why))


def _due_rows(con: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    frames = []
    for kind, query in QUERIES.items():
        frame = con.sql(
            f"select {', '.join(COLUMNS)} from ({query}) as due_rows order by all",
            params={"as_of": as_of},
        ).pl()
        frame = frame.select(pl.col(name).cast(to) for name, to in FOUND.items())
        frames.append(frame.with_columns(kind=pl.lit(kind)))
    return pl.concat(frames)


def write_actions(con: duckdb.DuckDBPyConnection) -> int:
    """Replace `decisions.actions` by those of the run's as-of day; returns how many there are."""
    [run] = fetch(con, "select as_of from run.parameters")
    return write_table(con, ACTIONS, actions(con, run["as_of"]))
