"""The site in a real browser, from disk: nothing fetched, nothing refused, usable by everyone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards import build
from dashboards.figures import cell
from dashboards.parts import Page, Section, Table, columns
from dashboards.site import render
from tests.dashboards.browser import FLAGS, VARIABLE, breaches, chromium, opened

PAGES = (
    "index",
    "tiers",
    "arr",
    "compliance",
    "governance",
    "apps",
    "accounts",
    "deals",
    "partners",
    "quality",
    "policy",
    "today",
    "methods",
    "index-2024",
    "tiers-2024",
    "partners/P-0001",
    "partners/P-0055",
)
LOOKS = (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 320))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    if path is None:
        pytest.skip(f"no Chromium on this machine; install one or name it in {VARIABLE}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize("name", PAGES)
def test_pages_load_whole_and_fit_in_every_look(browser, demo_site, name):
    """No error, no request, no breach of the page's policy, no sideways scrolling of the page."""
    for theme, width in LOOKS:
        path = demo_site / f"{name}.html"
        with opened(browser, path, theme=theme, width=width) as (page, heard):
            assert heard.said == []
            assert heard.asked == [path.as_uri()]
            assert page.evaluate("window.__violations") == []
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide at {width}"


@pytest.mark.parametrize("name", PAGES)
def test_no_barrier_for_anyone(browser, demo_site, name):
    for theme in ("light", "dark"):
        assert breaches(browser, demo_site / f"{name}.html", theme) == []


def test_the_checker_finds_a_barrier(browser, tmp_path):
    """The test above can fail: a page without language, title and contrast is refused."""
    bad = tmp_path / "bad.html"
    bad.write_text("<html><body><input><p style='color:#ccc'>grey</p></body></html>", "utf-8")
    rules = {line.partition(":")[0] for line in breaches(browser, bad, "light")}
    assert {"color-contrast", "document-title", "html-has-lang", "label"} <= rules


# In a task of its own: what a debugger evaluates is exempt from the page's policy.
EVAL = """() => new Promise((done) => setTimeout(() => {
  try { done(eval("1")) } catch (error) { done(error.name) }
}))"""
CONTRAST = """
() => {
  const number = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (rgb) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(number(getComputedStyle(document.body).backgroundColor));
  const ratio = (colour) => {
    const own = light(number(colour));
    return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
  };
  const marks = [...document.querySelectorAll(".chart svg text, .chart svg [fill^='var(--c']")];
  return marks.map((each) => [each.tagName, ratio(getComputedStyle(each).fill)]);
}
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_read_on_either_ground(browser, demo_site, theme):
    """Letters in charts reach 4.5 to 1 and areas 3 to 1 (WCAG 1.4.3, 1.4.11)."""
    seen = 0
    for name in ("index", "arr", "compliance", "accounts", "partners/P-0001"):
        with opened(browser, demo_site / f"{name}.html", theme=theme) as (page, _):
            for tag, ratio in page.evaluate(CONTRAST):
                assert ratio >= (4.5 if tag == "text" else 3), (name, tag, ratio)
                seen += 1
    assert seen > 200


def cells(page, column: int) -> list[str]:
    """The exact values of a column of the page's partner table, as the rows stand now."""
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
        # What is not known stands last either way.
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
    """A choice leaves its rows alone; a second one narrows further; `all` brings all back."""
    with opened(browser, demo_site / "tiers.html") as (page, _):
        block = page.locator("#assignments ~ .table")
        whole = block.locator("tbody tr:visible").count()
        block.get_by_label("Movement").focus()
        page.keyboard.type("up")
        movement = block.locator("tbody tr:visible td:nth-child(4)").all_inner_texts()
        assert 0 < len(movement) < whole and set(movement) == {"up"}
        said = block.locator("[data-count]").inner_text()
        assert said == f"{len(movement)} of {whole} shown"
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
        ? [...cell.querySelectorAll("[data-choice]")] : [cell];
      const fits = seen.every((row) => !option || parts(row.cells[select.dataset.filter])
        .some((part) => part.textContent.trim() === option));
      if (!fits || !seen.length) wrong.push(`${select.ariaLabel} ${option}`);
    }
  }
  return wrong;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_every_header_sorts_and_every_choice_filters(browser, demo_site, name):
    with opened(browser, demo_site / f"{name}.html") as (page, heard):
        assert page.evaluate(EVERYTHING) == []
        assert heard.said == []


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


def test_years_are_switched_without_a_server(browser, demo_site):
    with opened(browser, demo_site / "tiers.html") as (page, _):
        page.get_by_role("navigation", name="Year").get_by_role("link", name="2024").click()
        assert page.locator("h1").inner_text() == "Tiers for 2025"
        assert page.url.endswith("tiers-2024.html")
        page.get_by_role("navigation", name="Year").get_by_role("link", name="2025").click()
        assert page.locator("h1").inner_text() == "Tiers for 2026"


CHARTED = ("index", "tiers", "arr", "compliance", "apps", "accounts", "deals")


@pytest.mark.parametrize("name", CHARTED)
def test_charts_come_alive_without_eval(browser, demo_site, name):
    """Pointing at a chart draws it anew with exact values: same picture, policy unbroken."""
    with opened(browser, demo_site / f"{name}.html") as (page, heard):
        charts = page.locator(".chart:has(script)")
        assert charts.count() > 0
        for position in range(charts.count()):
            chart = charts.nth(position)
            still = chart.locator("svg").bounding_box()
            label = chart.locator("svg").get_attribute("aria-label")
            chart.hover()
            page.wait_for_function(
                "(chart) => chart.dataset.live === 'yes'", arg=chart.element_handle()
            )
            live = chart.locator("svg").bounding_box()
            assert abs(live["width"] - still["width"]) <= 2
            assert abs(live["height"] - still["height"]) <= 4
            assert chart.locator("svg").get_attribute("aria-label") == label
        assert heard.said == []
        assert page.evaluate("window.__violations") == []
        assert {url for url in heard.asked if not url.startswith("file:")} == set()


def test_a_chart_says_its_exact_values(browser, demo_site):
    with opened(browser, demo_site / "arr.html") as (page, _):
        chart = page.locator("#minimum ~ .pair .chart, #minimum ~ .charts .chart").first
        chart.hover()
        page.wait_for_selector(".chart[data-live=yes]")
        chart.locator("svg path[d]").nth(3).scroll_into_view_if_needed()
        bar = chart.locator("svg g.mark-rect path").first
        bar.hover()
        page.wait_for_selector("#vg-tooltip-element.visible")
        assert "$" in page.locator("#vg-tooltip-element").inner_text()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser, demo_site):
    with opened(browser, demo_site / "index.html") as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_figure_says_where_it_comes_from(browser, demo_site):
    with opened(browser, demo_site / "index.html") as (page, _):
        figure = page.locator("data").first
        figure.hover()
        assert figure.get_attribute("title").startswith("count(distinct partner_id) of marts.")


def test_the_page_lets_no_other_script_run(browser, demo_site):
    """Neither eval nor a script or style that markup in data would bring."""
    with opened(browser, demo_site / "index.html") as (page, _):
        assert page.evaluate(EVAL) == "EvalError"
        page.evaluate(
            """() => { const script = document.createElement('script');
            script.textContent = 'window.__ran = true'; document.body.append(script);
            const image = '<img src=x onerror="window.__ran = 1">';
            document.body.insertAdjacentHTML('beforeend', image) }
            """
        )
        page.wait_for_timeout(100)
        assert page.evaluate("window.__ran") is None
        assert len(page.evaluate("window.__violations")) >= 2


def test_every_partner_with_an_odd_id_is_reached_by_its_link(browser, odd, tmp_path: Path):
    build(odd, tmp_path)
    with opened(browser, tmp_path / "partners.html") as (page, heard):
        links = page.locator("tbody th a").evaluate_all("(all) => all.map((a) => a.href)")
        texts = page.locator("tbody th").evaluate_all("(all) => all.map((c) => c.innerText)")
        assert len(links) == len(set(links)) > 15
        for link, text in zip(links, texts, strict=True):
            page.goto(link)
            assert page.locator("h1").inner_text() in text
        assert heard.said == []


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
        assert heard.said == []
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


def test_a_partner_is_found_from_every_page_without_accents(browser, demo_site):
    for page_name in ("index.html", "partners/P-0001.html"):
        with opened(browser, demo_site / page_name) as (page, heard):
            box = page.get_by_label("Find a partner by name, id or domain")
            box.fill("lodz saf")
            found = page.locator(".find li")
            found.first.wait_for()
            assert found.count() == 1 and "\u0141\u00f3d\u017a Safety" in found.inner_text()
            box.fill("P-0050")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_url("**/partners/P-0050.html")
            assert heard.said == []
