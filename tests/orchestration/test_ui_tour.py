"""A tour of Dagster's UI in a real browser: flow, a run, checks, a bad file, past years.

There is one server on a copy of the demonstration; the steps follow one another as a person's
would.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import DEMO_YEAR
from tests.dashboards.browser import FLAGS, VARIABLE, chromium

from .ui_server import WORD, ui

JOB = "/locations/orchestration.definitions/jobs/annual_assessment"
BAD_FILE = "crm/opportunities-bad.csv"
PATIENCE = 420_000  # milliseconds; a loaded machine is slow
ATTEMPTS = 7  # to open the list of years


@pytest.fixture(scope="module")
def home(demo_run, tmp_path_factory) -> Path:
    """A copy of the demonstration's places, so that the tour may run what it likes."""
    copy = tmp_path_factory.mktemp("tour")
    shutil.copytree(demo_run.landing.parent, copy, dirs_exist_ok=True)
    header = "opportunity_id,account_id,kind,channel,created_on,closed_on,is_won,amount,currency"
    line = "O-9,A-1,renewal,direct,31/12/2025,,true,1,USD"
    bad = copy / "landing" / BAD_FILE
    bad.write_text("\n".join([header, *[line] * 30, ""]), "utf-8")
    return copy


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """`plumbline ui`, started as a person starts it, on a port that was free."""
    if chromium() is None:
        pytest.skip(f"no Chromium on this machine; install one or name it in {VARIABLE}")
    with ui(home) as served:
        yield served


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        tab = browser.new_page(viewport={"width": 1500, "height": 900})
        tab.set_default_timeout(PATIENCE)
        urls: list[str] = []
        tab.on("request", lambda request: urls.append(request.url))
        tab.urls = urls
        yield tab
        browser.close()


def test_the_graph_shows_the_flow_and_nothing_nags(page, address):
    """Groups named as the folders, the models' by topic; no wizard in the way, and no host but this
    machine's own."""
    refused = page.goto(f"{address}/asset-groups")
    assert refused.status == 403
    page.urls.clear()
    page.goto(f"{address}/asset-groups?token={WORD}")
    for group in ("ingest", "transforms_arr", "scoring", "dashboards"):
        page.get_by_text(group, exact=True).first.wait_for()
    assert page.get_by_role("dialog").count() == 0
    assert {url.split("/")[2] for url in page.urls} == {address.removeprefix("http://")}


def test_a_run_of_the_terminal_stands_in_the_history_and_the_timeline(page, address):
    """The demonstration was run by a command; the UI has launched nothing yet."""
    page.goto(f"{address}{JOB}/runs")
    page.get_by_text("Success", exact=True).first.wait_for()
    page.goto(f"{address}/timeline")
    page.get_by_text("annual_assessment", exact=True).first.wait_for()


def test_the_launchpad_says_what_a_past_year_will_do(page, address):
    """Every default is there in words; `this_launch` speaks of the chosen year."""
    from playwright.sync_api import expect

    _choose(page, address, DEMO_YEAR - 1)
    editor = page.locator(".CodeMirror").first
    for words in (f"{DEMO_YEAR - 1} is past", "end of the period", "everything that was received"):
        expect(editor).to_contain_text(words, timeout=PATIENCE)


def test_a_year_is_materialised_from_its_job(page, address):
    _choose(page, address, DEMO_YEAR)
    page.get_by_role("button", name="Launch Run").click()
    page.get_by_text("Success", exact=True).first.wait_for(timeout=PATIENCE)


def test_checks_are_sentences_that_passed(page, address):
    """Both checks of the yearly ARR are named by what they say, and each tells what it found."""
    page.goto(f"{address}/assets/marts/fct_arr_by_partner_year?view=checks")
    for name in ("a_year_ends_as_its_december", "one_row_for_each_partner_id_and_year"):
        # The UI cuts a long name short in the list and keeps the whole one hidden beside it.
        page.get_by_text(name, exact=True).first.wait_for(state="attached")
    page.get_by_text("Checks (2)").wait_for()
    page.get_by_text("Succeeded", exact=True).nth(1).wait_for()
    page.get_by_text("Failing means that the two published ARR tables contradict").wait_for()
    page.get_by_text("Passed", exact=True).wait_for()
    _row(page, "rows_that_fail").get_by_text("0", exact=True).wait_for()


def test_a_refused_file_is_named_with_its_rows_and_the_remedy(page, address):
    """The check on the entity's own asset fails, and says which file, why, and what to do."""
    page.goto(f"{address}/assets/landing/opportunities?view=checks")
    page.get_by_text("Failed", exact=True).first.wait_for()
    page.get_by_text(f"{BAD_FILE}: refused: 30 of 30 rows break").wait_for()
    _row(page, "what_to_do").get_by_text("plumbline check FILE").wait_for()
    _row(page, "first_rows_at_fault").get_by_text("[Show Markdown]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("row 2", exact=True).wait_for()
    dialog.get_by_text("31/12/2025", exact=True).first.wait_for()
    page.keyboard.press("Escape")
    page.goto(f"{address}/assets/landing/accounts?view=checks")
    page.get_by_text("every delivery is what it claims").wait_for()


def test_columns_say_what_they_are_made_from(page, address):
    page.goto(f"{address}/assets/marts/fct_arr_by_partner_year?view=overview")
    page.get_by_role("row").filter(has=page.get_by_text("arr_usd", exact=True)).get_by_text(
        "int_arr__period_measures.arr_usd", exact=True
    ).wait_for()


def test_metadata_shows_rows_and_a_preview(page, address, home):
    """The count is the warehouse's own, and the preview opens on the first partner's row."""
    rows, partner = _one(home, "select count(*), min(partner_id) from decisions.tier_assignments")
    page.goto(f"{address}/assets/decisions/tier_assignments?view=overview")
    page.get_by_text("Row count", exact=True).locator("xpath=../..").get_by_text(
        str(rows), exact=True
    ).first.wait_for()
    page.get_by_text("partnership-analytics").locator("visible=true").first.wait_for()
    _row(page, "tiers").get_by_text("█").first.wait_for()
    _row(page, "preview").get_by_text("[Show Markdown]").click()
    page.get_by_role("dialog").get_by_text(partner, exact=True).first.wait_for()


def test_past_years_are_filled_in(page, address, home):
    """The two years before, asked for as a range among the partitions, run one after another."""
    years = (DEMO_YEAR - 2, DEMO_YEAR - 1)
    page.goto(f"{address}{JOB}/partitions")
    page.get_by_role("button", name="Materialize").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("ex: ").fill(f"[{years[0]}...{years[1]}]")
    page.keyboard.press("Enter")
    dialog.get_by_text("2 partitions", exact=True).wait_for()
    dialog.get_by_role("button", name="Launch backfill").click()
    dialog.wait_for(state="hidden")
    for year in years:
        page.goto(f"{address}/runs?q[0]=tag:dagster/partition={year}")
        # The browser remembers it: a click on the second page would hide the run again.
        within = page.get_by_label("Show runs within backfills")
        within.wait_for(state="attached")
        if not within.is_checked():
            page.get_by_text("Show runs within backfills").click()
        page.get_by_text("Success", exact=True).first.wait_for(timeout=PATIENCE)
    # A past year is computed together with the later ones that stand, which stay.
    assert _one(home, "select year from run.parameters") == (DEMO_YEAR,)
    # A year's criteria decide the tier of the year after it.
    tiers = "select list(distinct tier_year order by tier_year) from decisions.tier_assignments"
    assert _one(home, tiers) == ([year + 1 for year in (*years, DEMO_YEAR)],)


def _choose(page: Any, address: str, year: int) -> None:
    """Choose a year in the job's Launchpad, once it knows which there are."""
    from playwright.sync_api import TimeoutError as NothingThere

    page.goto(f"{address}{JOB}/playground")
    choice = page.get_by_placeholder("Partition")
    offered = page.get_by_text(str(year), exact=True).locator("visible=true").first
    # The list closes, and stays closed, where the page draws its form anew after the click: click
    # again, as a person does.
    for _ in range(ATTEMPTS):
        choice.click()
        choice.fill(str(year))
        with contextlib.suppress(NothingThere):
            offered.wait_for(timeout=PATIENCE // ATTEMPTS)
            break
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")


def _row(page: Any, key: str) -> Any:
    """The row of a metadata table that the key opens."""
    return page.get_by_role("row").filter(has=page.get_by_text(key, exact=True))


def _one(home: Path, question: str) -> tuple:
    """The one row with which the last run's copy for readers answers a query."""
    with duckdb.connect(str(home / "plumbline.duckdb.serving"), read_only=True) as con:
        return con.execute(question).fetchone()
