"""Assets of the last stage: the site, the day's page, the copy that readers open.

Belongs here: when they are made. Does not: what is on a page (dashboards/).
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from pydantic import Field

from ingest.shortcuts import Shortcut, is_off
from orchestration import progress
from orchestration.defs.answers import ACTIONS, CHANGES
from orchestration.defs.launch_words import RUNS_DAY, chosen
from orchestration.defs.owners import ANALYSTS
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.defs.scoring import BENEFITS, REVIEWS, TIERS
from orchestration.speed import stages
from orchestration.speed.code import code_digest
from orchestration.warehouse import publish_serving_copy

GROUP = "dashboards"
SITE = dg.AssetKey(["dashboards", "site"])
TODAY = dg.AssetKey(["dashboards", "today"])
SERVING = dg.AssetKey(["dashboards", "serving_copy"])
# The stages that record the site's files, and what each partner's pages were made from, which may
# have changed since.
DRAWN = "site as drawn"
SCORECARDS = "scorecards as drawn"


class TodayConfig(dg.Config):
    """The day to prepare."""

    as_of: str | None = Field(
        default=RUNS_DAY, description="The day whose page is written, as 2025-11-03."
    )


@dg.asset(
    key=SITE,
    group_name=GROUP,
    owners=[ANALYSTS],
    deps=[TIERS, REVIEWS, BENEFITS, CHANGES, ACTIONS],
    kinds={"html"},
    pool=WRITER_POOL,
    description="The static site: overview, tiers, ARR, compliance, governance, data quality "
    "and a scorecard for each partner, with the pages of the day. Opens from disk; the same data "
    "gives the same bytes.",
)
def site(program: Program) -> dg.MaterializeResult:
    """Write the pages whose data changed; none are even drawn when nothing changed at all."""
    folder = program.places.site
    with program.connect() as con:
        digest = _site_digest(con, folder)
        stored = stages.last_report(con, "site", digest)
        broken = _broken(folder, stages.last_report(con, "site") or {})
        if stored is None or broken:
            stages.forget(con, "site")
            stored = _build(con, folder)
            stages.record(con, "site", digest, stored)
            stages.record(con, DRAWN, "", stored["files"])
            made = f"{stored['pages']} pages, {stored['written']} written"
            again = f"; made again: {', '.join(broken[:3])}" if broken else ""
            progress.report("site", made + again)
        else:
            stored = {**stored, "written": 0}
            progress.report("site", "nothing new")
    return dg.MaterializeResult(
        metadata={
            "pages": stored["pages"],
            "written": stored["written"],
            "open": dg.MetadataValue.path(str(folder / "index.html")),
        }
    )


def _pages_digest(con: duckdb.DuckDBPyConnection) -> str:
    """What the pages depend on."""
    return f"{stages.answers_digest(con)} {code_digest('dashboards')}"


def _site_digest(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """What the whole site depends on: scorecards link letters and bundles once these lie there."""
    from dashboards.links import lying_beside

    beside = hashlib.sha256(repr(sorted(lying_beside(folder))).encode()).hexdigest()
    return f"{_pages_digest(con)} {beside}"


def _runs_day(con: duckdb.DuckDBPyConnection) -> date:
    [(day,)] = con.execute("select as_of from run.parameters").fetchall()
    return day


def _build(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Any]:
    """Draw the site with the pages of the run's day, which then appear together."""
    from dashboards.site import build
    from orchestration.dbt_docs import models_catalog

    day = _runs_day(con)
    drawn = stages.last_report(con, DRAWN) or {}
    stages.forget(con, DRAWN)
    # Something may be reused only from pages that nobody has changed.
    keep = bool(drawn) and stages.files_digests(folder, drawn) == drawn
    # Another version of the code may make another page of the same rows; another DuckDB has
    # another hash.
    code = code_digest("ingest", "transforms", "scoring", "dashboards")
    version = f"{code} duckdb {duckdb.__version__}"
    anew = is_off(Shortcut.SCORECARDS)
    before = None if anew else stages.last_report(con, SCORECARDS, version)
    report = build(
        con,
        folder,
        models_catalog(),
        day,
        beside=not is_off(Shortcut.DRAWING),
        keep=keep,
        scorecards=before,
    )
    _record_day(con, folder, day, report.due)
    stages.record(con, SCORECARDS, version, report.scorecards)
    files = stages.files_digests(folder, report.files)
    return {"pages": report.pages, "written": report.written, "files": files}


def _broken(folder: Path, stored: dict[str, Any]) -> list[str]:
    """The files of the last build that are gone or have been changed, without those of the day,
    which have an asset of their own."""
    files = stored.get("files")
    if not isinstance(files, dict):
        return []
    now = stages.files_digests(folder, files)
    return [name for name in files if now[name] != files[name]]


def _day_written(folder: Path) -> dict[str, str | None]:
    """The state of the day's pages and calendars."""
    owners = [str(path.relative_to(folder)) for path in folder.glob("owners/*")]
    return stages.files_digests(folder, ["today.html", "later.html", *owners])


def _day_digest(con: duckdb.DuckDBPyConnection, day: date) -> str:
    return f"{day} {_pages_digest(con)}"


def _record_day(
    con: duckdb.DuckDBPyConnection, folder: Path, day: date, due: int | None
) -> dict[str, Any]:
    """Remember which day's pages the site has."""
    stored = {"items": due, "page": _day_written(folder)}
    stages.record(con, "today", _day_digest(con, day), stored)
    return stored


@dg.asset(
    key=TODAY,
    group_name=GROUP,
    owners=[ANALYSTS],
    deps=[SITE, TIERS, REVIEWS, BENEFITS, CHANGES, ACTIONS],
    kinds={"html"},
    pool=WRITER_POOL,
    description="What is due, later and waited for, on a page for everybody and a page and a "
    "calendar for each owner.",
)
def today(config: TodayConfig, program: Program) -> dg.MaterializeResult:
    """Write the pages of the day; those of the run's own day came with the site."""
    folder = program.places.site
    with program.connect() as con:
        day = chosen(config.as_of)
        as_of = date.fromisoformat(day) if day else _runs_day(con)
        stored = stages.last_report(con, "today", _day_digest(con, as_of))
        if stored is None or stored["page"] != _day_written(folder):
            from dashboards.site import build_today

            stored = _record_day(con, folder, as_of, build_today(con, folder, as_of))
    items = stored["items"]
    progress.report("today", f"{items} things to do on {as_of}")
    return dg.MaterializeResult(metadata={"items": items, "as_of": str(as_of)})


@dg.asset(
    key=SERVING,
    group_name=GROUP,
    owners=[ANALYSTS],
    deps=[SITE, TODAY],
    kinds={"duckdb"},
    pool=WRITER_POOL,
    description="A read-only copy of the warehouse: readers are never shut out by a writer.",
)
def serving_copy(program: Program) -> dg.MaterializeResult:
    """Checkpoint, copy and rename."""
    size = publish_serving_copy(program.places)
    progress.report("serving copy", str(program.places.serving))
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(str(program.places.serving)), "bytes": size}
    )


ASSETS = [site, today, serving_copy]
