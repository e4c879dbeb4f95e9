"""The site in a real browser, from disk: nothing fetched, nothing refused, usable by everyone."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.site import build
from tests.dashboards.browser import breaches, opened
from tests.dashboards.looking import PAGES

LOOKS = (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 320))


@pytest.mark.parametrize("name", PAGES)
def test_pages_load_whole_and_fit_in_every_look(browser, demo_site, name):
    """No error, no request, no breach of the page's policy, no sideways scrolling of the page."""
    for theme, width in LOOKS:
        path = demo_site / f"{name}.html"
        with opened(browser, path, theme=theme, width=width) as (page, heard):
            assert heard.messages == []
            assert heard.urls == [path.as_uri()]
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
    contrasts = 0
    for name in ("index", "arr", "compliance", "accounts", "partners/P-0001"):
        with opened(browser, demo_site / f"{name}.html", theme=theme) as (page, _):
            for tag, ratio in page.evaluate(CONTRAST):
                assert ratio >= (4.5 if tag == "text" else 3), (name, tag, ratio)
                contrasts += 1
    assert contrasts > 200


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
        charts = page.locator(".chart:has([data-chart])")
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
        assert heard.messages == []
        assert page.evaluate("window.__violations") == []
        assert {url for url in heard.urls if not url.startswith("file:")} == set()


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
        assert heard.messages == []


def test_a_partner_is_found_from_every_page_without_accents(browser, demo_site):
    for page_name in ("index.html", "partners/P-0001.html"):
        with opened(browser, demo_site / page_name) as (page, heard):
            box = page.get_by_label("Find a partner by name, id or domain")
            box.fill("lodz saf")
            suggestions = page.locator(".find li")
            suggestions.first.wait_for()
            assert (
                suggestions.count() == 1
                and "\u0141\u00f3d\u017a Safety" in suggestions.inner_text()
            )
            box.fill("P-0050")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_url("**/partners/P-0050.html")
            assert heard.messages == []


# Pairs of words of a drawing that share more than an edge.
OVERLAPS = """
() => [...document.querySelectorAll(".drawing svg")].flatMap((svg) => {
  const words = [...svg.querySelectorAll("text")]
    .filter((one) => one.textContent.trim())
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  return words.flatMap(([text, box], at) => words.slice(at + 1)
    .filter(([, other]) =>
      Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
      Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 2)
    .map(([other]) => `${text} | ${other}`));
})
"""


def test_no_word_of_a_drawing_covers_another(browser, demo_site):
    for path in sorted(demo_site.glob("*.html")):
        with opened(browser, path) as (page, _):
            assert page.evaluate(OVERLAPS) == [], path.name
