"""Builds the site: every page from its function, written only where its bytes changed.

Belongs here: which files the site has, and writing them. Does not: which pages there are
(registry.py), what a page says (pages/), or its HTML (rendering.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import duckdb

from dashboards.chart_data import SCRIPT as LIVE
from dashboards.chart_data import taken_out, write_charts
from dashboards.components import Page, Years
from dashboards.data import Tables
from dashboards.drawing import BUNDLE, PLACE, drawn_beside, finished, write_bundle
from dashboards.links import lying_beside, page_name
from dashboards.pack import NAMES as PACK
from dashboards.pack import write_pack
from dashboards.pages import models as model_pages
from dashboards.pages import owner, owner_links, scorecard, today
from dashboards.registry import PAGES
from dashboards.rendering import compact, render
from dashboards.scorecard_inputs import digests, unchanged
from dashboards.spooled import Spooled
from ingest.atomic import new_folder, replace
from ingest.shortcuts import Shortcut, is_off
from scoring.today import today as prepare
from scoring.today.items import DUE, FINISHED

# The search of every page, loaded when somebody first uses it, and the data that it reads.
FINDER = "finder.js"
INDEX = "partners.js"
# The words of every clause, loaded when one is pointed at.
CLAUSES = "clauses.js"
# Pages of earlier years.
EARLIER = "*-[0-9][0-9][0-9][0-9].html"


@dataclass(frozen=True)
class SiteReport:
    """How many pages the site has, how many of them were written this time, and every file that
    belongs to it, by its path below the site; the day's are counted apart.

    `scorecards`: the digest of what each partner's pages were made from (scorecard_inputs.py).
    `due`: how many things are due on the day, None without a day.
    """

    pages: int
    written: int
    files: tuple[str, ...]
    scorecards: Mapping[str, str]
    due: int | None = None


def footer_text(tables: Tables) -> str:
    """What the whole site is based on: period, policy and its digest, known-at moment."""
    run = tables.run
    known = f", as known at {run['known_at']} UTC" if run["known_at"] else ""
    return (
        f"Periods up to {run['last_period']}, deals and listings as of {run['as_of']}{known}. "
        f"Policy {run['policy_set']}, version {run['policy_version'][:12]}."
    )


def every_look(tables: Tables) -> list[Tables]:
    """The views of the tables for the run's year, then for each earlier one."""
    return [tables, *(tables.for_year(year) for year in tables.earlier_years)]


def pages(
    looks: Sequence[Tables], standing: frozenset[str] = frozenset()
) -> Iterator[tuple[Page, Years]]:
    """Every page of the site but the day's, with the years that it can be switched to, without
    those of the partners whose pages are `standing`."""
    tables = looks[0]
    for declared in PAGES:
        if declared.made_by is None:
            continue
        page = declared.made_by(tables)
        years = [(look.period, look.at(page.path)) for look in looks] if declared.yearly else []
        yield page, years if len(years) > 1 else ()
        for look in looks[1:] if declared.yearly else ():
            yield declared.made_by(look), years
        # The rows of one page need not be held while the next is made.
        for look in looks:
            look.let_go()
    yield from scorecard.pages(looks, standing)


def build(
    con: duckdb.DuckDBPyConnection,
    site: Path,
    models: Path | None = None,
    day: date | None = None,
    *,
    beside: bool = True,
    keep: bool = False,
    scorecards: Mapping[str, str] | None = None,
) -> SiteReport:
    """Write the whole site or nothing. Pages of partners that no longer exist are removed; files
    that are not the site's stay.

    `models` is the catalog of models, as JSON, for its page (pages/models.py); `day`: the day whose
    pages appear together with the rest (without it, the existing ones stay); `beside`: whether
    another process draws the charts, which saves time and changes nothing; `keep`: whether it may
    reuse what the site's pages already show, which is allowed only if the pages are as they were
    written; `scorecards` are then the digests of the build that wrote them, and pages of partners
    whose digest is the same are not made again. The same data gives the same bytes: no clock, no
    random order.
    """
    with new_folder(site) as fresh:
        keep_drawings = keep and not is_off(Shortcut.DRAWINGS)
        drawing = drawn_beside(fresh, keep_drawings) if beside else nullcontext()
        before = scorecards if keep and scorecards else {}
        return _build(con, fresh, models, day, drawing, before)


def _build(
    con: duckdb.DuckDBPyConnection,
    site: Path,
    models: Path | None,
    day: date | None,
    drawing: AbstractContextManager[None],
    before: Mapping[str, str],
) -> SiteReport:
    tables = Tables(con)
    tables.has_models = models is not None
    tables.beside = lying_beside(site)
    footer = footer_text(tables)
    if models is not None:
        replace(site / model_pages.PATH, render(model_pages.page(models), footer).encode())
    looks = every_look(tables)
    made_from = digests(looks, footer)
    standing = unchanged(before, made_from)
    with drawing:
        due = None if day is None else _write_day(site, tables, footer, day)
        pages, written, charts = _write_pages(site, looks, footer, standing)
        beside = write_charts(site, charts, compact(LIVE))
        replace(site / INDEX, partner_index(tables))
        replace(site / FINDER, compact(FINDER).encode())
        replace(site / CLAUSES, clause_words(tables))
        write_bundle(site)
    for stale in {*site.glob("partners/*.html"), *site.glob(EARLIER)} - pages:
        stale.unlink()
    files = {str(path.relative_to(site)) for path in pages}
    files |= {*PACK, *beside, BUNDLE, FINDER, INDEX, CLAUSES}
    if models is not None:
        files.add(model_pages.PATH)
    return SiteReport(len(pages), written, tuple(sorted(files)), made_from, due)


def partner_index(tables: Tables) -> bytes:
    """What the search of every page reads: id, name, domain and file of each partner, as a script,
    since a page opened from disk may read nothing else."""
    rows = [
        [
            partner_id,
            row.get("name") or partner_id,
            row.get("domain") or "",
            quote(page_name(partner_id)),
        ]
        for partner_id, row in tables.partners.items()
    ]
    return _script("plumblinePartners", rows)


def clause_words(tables: Tables) -> bytes:
    """What each clause says, by its id, as a script."""
    return _script("plumblineClauses", {name: row["text"] for name, row in tables.clauses.items()})


def _script(name: str, content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return f"window.{name}={text};\n".encode()


def _write_pages(
    site: Path, looks: Sequence[Tables], footer: str, standing: frozenset[str]
) -> tuple[set[Path], int, dict[str, str]]:
    """Every page and the pack, without the pages of partners that are `standing`; their paths, how
    many pages were written, and what their charts are drawn from, by name.

    Pages with drawings wait until all others are made.
    """
    written = 0
    kept = {site / path for path in scorecard.paths(looks, standing)}
    packed, waiting = Spooled[Page](), Spooled[tuple[Path, str]]()
    charts: dict[str, str] = {}
    packed_files = {declared.file for declared in PAGES if declared.packed}
    for page, years in pages(looks, standing):
        path, text = site / page.path, render(page, footer, years)
        text, named = taken_out(text)
        charts |= named
        kept.add(path)
        if page.path in packed_files:
            packed.append(page)
        if PLACE.search(text):
            waiting.append((path, text))
        else:
            written += replace(path, text.encode())
    for path, text in waiting:
        written += replace(path, finished(text).encode())
    write_pack(site, looks[0], packed, footer)
    return kept, written, charts


def build_today(con: duckdb.DuckDBPyConnection, site: Path, as_of: date) -> int:
    """Write the page of one day, and of each owner a page and a calendar, all or nothing; pages of
    owners who no longer have anything are removed. Returns how many things are due."""
    with new_folder(site) as fresh:
        tables = Tables(con)
        return _write_day(fresh, tables, footer_text(tables), as_of)


def _write_day(site: Path, tables: Tables, footer: str, as_of: date) -> int:
    from dashboards.owner_calendar import calendar

    day = prepare(tables.con, as_of)
    for page in (today.page(tables, day), today.later_page(tables, day)):
        replace(site / page.path, render(page, footer).encode())
    calendars = set()
    for page, mine in owner.pages(tables, day):
        files = {
            site / page.path: render(page, footer).encode(),
            site / owner_links.path_of(mine.owner or "", ".ics"): calendar(
                mine.owner or "", (row for row in mine.items if row["list"] != FINISHED), as_of
            ),
        }
        for path, content in files.items():
            replace(path, content)
        calendars |= set(files)
    for stale in set((site / owner_links.FOLDER).glob("*")) - calendars:
        stale.unlink()
    return len(day.of(DUE))
