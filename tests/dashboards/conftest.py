"""The site of the demonstration run, and a hand-made warehouse with ids that nobody expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from dashboards.site import build, build_today
from tests.dashboards.browser import FLAGS, VARIABLE, chromium
from tests.dashboards.reading import PageRead, read_page
from tests.scoring.hand_warehouse import enrol, put, warehouse

ODD_IDS = (
    "P-1",
    "a/b",
    "../x",
    "..",
    ".hidden",
    "100%",
    "50%25",
    "a;b=c",
    "<script>alert(1)</script>",
    'quote" onmouseover="x',
    "né ü 漢字",
    "line\nbreak",
    "x" * 400,
    "x" * 399 + "y",
    "=1+1",
)


@pytest.fixture(scope="session")
def demo_site(demo_run, shared_folder: Path) -> Path:
    """The demonstration's site, built from the copy for readers."""
    folder = shared_folder / "demo-site"
    with FileLock(str(shared_folder / "demo-site.lock")):
        if not (folder / "index.html").exists():
            with duckdb.connect(str(demo_run.serving), read_only=True) as con:
                build(con, folder)
                build_today(con, folder, date(2025, 12, 31))
    return folder


@pytest.fixture(scope="session")
def demo_pages(demo_site: Path) -> dict[str, PageRead]:
    """Every page of the demonstration's site, read, by its path in the site."""
    paths = sorted(demo_site.rglob("*.html"))
    return {path.relative_to(demo_site).as_posix(): read_page(path) for path in paths}


@pytest.fixture
def odd() -> Iterator[duckdb.DuckDBPyConnection]:
    """Partners with odd ids, two of one name, and markup and formulas in names."""
    con = warehouse()
    for table in ("decisions.tier_assignments", "decisions.tier_margins"):
        con.execute(f"create schema if not exists {table.split('.')[0]}")
    from scoring.published import DECISIONS, LANDING

    for table in (*DECISIONS, *LANDING):
        con.execute(f"create schema if not exists {table.schema}")
        con.execute(table.ddl.replace("create or replace table", "create table if not exists"))
    for partner in ODD_IDS:
        enrol(con, partner, "technology", date(2024, 2, 1), name=f"=cmd|'{partner}'!<b>&amp;")
        put(
            con,
            "marts.fct_program_compliance",
            {
                "period": "2025",
                "partner_id": partner,
                "program": "technology",
                "status": "compliant",
            },
        )
        put(
            con,
            "marts.fct_arr_by_partner_year",
            {
                "partner_id": partner,
                "year": 2025,
                "arr_usd": Decimal("99999.9999"),
                "booked_arr_usd": Decimal("1"),
                "minimum_usd": Decimal("100000"),
                "minimum_source": "policy",
                "meets_minimum": False,
            },
        )
    for partner in ("T-1", "T-2"):
        enrol(con, partner, "technology", date(2024, 2, 1), name="Twin Systems")
    yield con
    con.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium of this machine; without one the test is skipped."""
    path = chromium()
    if path is None:
        pytest.skip(f"no Chromium on this machine; install one or name it in {VARIABLE}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
