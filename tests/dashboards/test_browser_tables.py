"""Tables in a real browser: sorted, searched, filtered, shortened, sent and taken along."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dashboards.components import Page, Section, Table, columns
from dashboards.figures import cell
from dashboards.rendering import render
from tests.dashboards.browser import opened
from tests.dashboards.looking import PAGES


def cells(page, column: int) -> list[str]:
    """The exact values of a column of the page's partner table, in the present order of the
    rows."""
    return page.evaluate(
        """(column) => [...document.querySelectorAll("#resellers ~ .table tbody tr")].map((row) =>
          row.cells[column].querySelector("data").dataset.value)""",
        column,
    )


def test_tables_are_sorted_by_keyboard(browser, demo_site):
    with opened(browser, demo_site / "arr.html") as (page, _):
        button = page.locator("#resellers ~ .table thead button").nth(1)
        button.focus()
        page.keyboard.press("Enter")
        header = page.locator("#resellers ~ .table thead th").nth(1)
        assert header.get_attribute("aria-sort") == "ascending"
        up = cells(page, 1)
        known = [float(value) for value in up if value]
        assert known == sorted(known) and len(known) > 10
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == "descending"
        down = cells(page, 1)
        assert [float(value) for value in down if value] == sorted(known, reverse=True)
        # Unknown values come last in either order.
        assert up[len(known) :] == down[len(known) :] == [""] * (len(up) - len(known))


def test_tables_are_searched_by_keyboard(browser, demo_site):
    with opened(browser, demo_site / "partners.html") as (page, _):
        field = page.get_by_role("searchbox")
        field.focus()
        page.keyboard.type("p-0055")
        shown = page.locator("tbody tr:visible")
        assert shown.count() == 1 and "P-0055" in shown.first.inner_text()
        assert page.locator("[data-count]").inner_text().startswith("1 of ")
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        assert page.locator("tbody tr:visible").count() > 100


def test_tables_are_filtered_by_keyboard(browser, demo_site):
    """A choice leaves only its rows; a second one narrows them further; `all` brings all back."""
    with opened(browser, demo_site / "tiers.html") as (page, _):
        block = page.locator("#assignments ~ .table")
        whole = block.locator("tbody tr:visible").count()
        block.get_by_label("Movement").focus()
        page.keyboard.type("up")
        movement = block.locator("tbody tr:visible td:nth-child(4)").all_inner_texts()
        assert 0 < len(movement) < whole and set(movement) == {"up"}
        count = block.locator("[data-count]").inner_text()
        assert count == f"{len(movement)} of {whole} shown"
        block.get_by_label("Movement").select_option("")
        assert block.locator("tbody tr:visible").count() == whole


# Presses every header twice and takes every choice of every filter; gives what went wrong.
EVERYTHING = """() => {
  const wrong = [];
  const key = (row, place) => {
    const data = row.cells[place].querySelector("data");
    return data ? data.dataset.value : row.cells[place].textContent.trim();
  };
  for (const table of document.querySelectorAll("main table")) {
    const rows = table.tBodies[0].rows.length;
    for (const [place, header] of [...table.tHead.rows[0].cells].entries())
      for (const way of ["ascending", "descending"]) {
        header.querySelector("button").click();
        const known = [...table.tBodies[0].rows].map((row) => key(row, place)).filter(Boolean);
        const numbers = known.map(Number);
        const falls = numbers.every((n) => !Number.isNaN(n)) &&
          numbers.some((n, i) => i && (way === "ascending" ? n < numbers[i - 1]
            : n > numbers[i - 1]));
        if (header.getAttribute("aria-sort") !== way || falls ||
            table.tBodies[0].rows.length !== rows)
          wrong.push(`${table.caption.textContent}: ${header.textContent} ${way}`);
      }
  }
  for (const select of document.querySelectorAll("[data-filter]")) {
    const block = select.closest("[data-table-block]");
    // Last the choice of all, so that the next filter starts from the whole table.
    const options = [...select.options].map((each) => each.value);
    for (const option of [...options, ""]) {
      select.value = option;
      select.dispatchEvent(new Event("input", {bubbles: true}));
      const seen = [...block.querySelectorAll("tbody tr")].filter((row) => !row.hidden);
      const parts = (cell) => cell.querySelectorAll("[data-choice]").length
        ? [...cell.querySelectorAll("[data-choice]")].map((part) => part.textContent.trim())
        : cell.innerHTML.split("<br>").map((line) => {
          const whole = document.createElement("div");
          whole.innerHTML = line;
          return whole.textContent.trim();
        });
      const fits = seen.every((row) => !option || parts(row.cells[select.dataset.filter])
        .some((part) => part === option));
      if (!fits || !seen.length) wrong.push(`${select.ariaLabel} ${option}`);
    }
  }
  return wrong;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_every_header_sorts_and_every_choice_filters(browser, demo_site, name):
    with opened(browser, demo_site / f"{name}.html") as (page, heard):
        assert page.evaluate(EVERYTHING) == []
        assert heard.messages == []


@pytest.fixture(scope="module")
def long_page(tmp_path_factory) -> Path:
    """A page with one table of 1,000 rows that can be searched."""
    rows = [[cell(f"row {n:04d}"), cell("odd" if n % 2 else "even")] for n in range(1000)]
    table = Table("Rows", columns("Name", "%Kind"), rows, search=True)
    page = Page("long.html", "Long", [], [], [Section("Rows", "rows", tables=[table])])
    path = tmp_path_factory.mktemp("long") / "long.html"
    path.write_text(render(page, "footer"), "utf-8")
    return path


def test_a_long_table_draws_what_is_looked_at(browser, long_page):
    """The first rows, then the ones found, then all when asked; sorting reaches every row."""
    with opened(browser, long_page) as (page, _):
        shown = page.locator("tbody tr:visible")
        assert shown.count() == 250
        assert page.locator("[data-count]").inner_text() == "250 of 1,000 shown"
        page.get_by_role("searchbox").fill("row 09")
        assert shown.count() == 119 and "row 0009" in shown.first.inner_text()
        page.get_by_role("searchbox").fill("")
        page.get_by_label("Kind: Rows").select_option("odd")
        assert page.locator("[data-count]").inner_text() == "250 of 500 found shown"
        page.get_by_label("Kind: Rows").select_option("")
        header = page.locator("thead button").first
        header.click()
        header.click()
        assert "row 0999" in shown.first.inner_text() and shown.count() == 250
        page.get_by_role("button", name="Show all rows").click()
        assert shown.count() == 1000


def test_a_long_table_is_whole_without_scripts_and_on_paper(browser, long_page):
    with opened(browser, long_page, java_script_enabled=False) as (page, _):
        assert page.locator("tbody tr:visible").count() == 1000
    with opened(browser, long_page) as (page, _):
        page.emulate_media(media="print")
        assert page.locator("tbody tr:visible").count() == 1000


def test_one_program_can_be_looked_at_alone(browser, demo_site):
    with opened(browser, demo_site / "compliance.html") as (page, _):
        page.get_by_label("Program", exact=True).first.select_option("Reseller")
        assert page.locator("#program-reseller").is_visible()
        assert not page.locator("#program-technology").is_visible()
        rows = page.locator("#open ~ .table tbody tr:visible td:nth-child(2)").all_inner_texts()
        assert rows and set(rows) == {"Reseller"}


def test_print_shows_whole_tables_and_no_controls(browser, demo_site):
    with opened(browser, demo_site / "tiers.html") as (page, _):
        page.emulate_media(media="print")
        assert not page.locator("header nav").is_visible()
        assert not page.locator("input[type=search]").first.is_visible()
        cut = page.evaluate(
            """() => [...document.querySelectorAll('.scroll')].filter((each) =>
            getComputedStyle(each).overflow !== 'visible').length"""
        )
        assert cut == 0


def test_filters_and_sorts_live_in_the_address(browser, demo_site):
    with opened(browser, demo_site / "changes.html") as (page, heard):
        page.locator("[data-filter]").first.select_option("Technology")
        page.wait_for_url("**#program=technology")
        page.locator("thead button").first.click()
        page.wait_for_url("**#program=technology&sort=partner")
        shown = page.locator("tbody").first.locator("tr:visible").all_inner_texts()
        address = page.url
        assert heard.messages == []
    with opened(browser, demo_site / "index.html") as (page, _):
        page.goto(address)
        assert page.locator("tbody").first.locator("tr:visible").all_inner_texts() == shown


def test_a_table_is_taken_along_as_csv(browser, demo_site):
    with opened(browser, demo_site / "changes.html") as (page, _):
        table = page.locator("table").first
        with page.expect_download() as downloaded:
            table.locator("button.csv").click()
        with Path(downloaded.value.path()).open(encoding="utf-8", newline="") as file:
            read = list(csv.reader(file))
        rows = table.locator("tr").all()
        assert len(read) == len(rows) > 2
        for row, cells in list(zip(rows, read, strict=True))[:20]:
            texts = row.locator("th, td").all_text_contents()
            values = [
                cell.locator("data").get_attribute("data-value")
                if cell.locator("data").count() == 1
                else text
                for cell, text in zip(row.locator("th, td").all(), texts, strict=True)
            ]
            assert cells == [" ".join(value.split()) for value in values]


def test_a_program_and_a_status_are_taken_together(browser, demo_site):
    """A partner that is compliant as reseller and not in another program is no answer."""
    with opened(browser, demo_site / "partners.html") as (page, heard):
        page.get_by_label("Program: Partners").select_option("Reseller")
        page.get_by_label("Status: Partners").select_option("non-compliant")
        page.wait_for_url("**#program=reseller&status=non-compliant")
        rows = page.locator("tbody tr:visible")
        pairs = rows.evaluate_all(
            """(rows) => rows.map((row) => [1, 2].map((place) =>
            row.cells[place].innerText.split("\\n").map((line) => line.trim())))"""
        )
        assert pairs and all(
            ("Reseller", "non-compliant") in zip(programs, standings, strict=True)
            for programs, standings in pairs
        )
        shown = len(pairs)
        assert heard.messages == []
    with opened(browser, demo_site / "index.html") as (page, _):
        row = page.locator("#programs ~ .pair tbody tr", has_text="Reseller")
        assert row.locator("td").last.inner_text() == str(shown)
        row.locator("td").last.locator("a").click()
        assert page.locator("tbody tr:visible").count() == shown


def test_a_bar_leads_to_the_list_behind_it(browser, demo_site):
    with opened(browser, demo_site / "index.html") as (page, _):
        chart = page.locator("#programs ~ .pair .chart")
        chart.hover()
        page.wait_for_selector("#programs ~ .pair .chart[data-live=yes]")
        bar = chart.locator("svg g.mark-rect path").first
        bar.click()
        page.wait_for_url("**/partners.html#program=*")
        assert page.locator("tbody tr:visible").count() > 0


def test_evidence_opens_to_the_values_that_were_delivered(browser, demo_site):
    with opened(browser, demo_site / "partners" / "P-0055.html") as (page, heard):
        rows = page.locator("td details", has_text="Rows behind it").first
        rows.locator("summary").first.click()
        row = rows.locator("li").first
        place = row.inner_text()
        row.locator("summary").click()
        values = row.locator("dl").inner_text()
        assert ".csv, row" in place or ".xlsx, " in place
        assert "partner_id" in values and "P-0055" in values
        assert heard.messages == [] and len(heard.urls) == 1


def test_a_clause_says_its_words_when_it_is_pointed_at(browser, demo_site):
    with opened(browser, demo_site / "partners" / "P-0055.html") as (page, heard):
        cited = page.locator("a.c").first
        cited.hover()
        page.wait_for_function("(link) => link.title.length > 10", arg=cited.element_handle())
        assert heard.messages == []
