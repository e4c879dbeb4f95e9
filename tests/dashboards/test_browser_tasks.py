"""Five things that people look for first, each done as a new user would, in two clicks or fewer.

Belongs here: clicks, counted, and what is then on the screen. Does not: whether a figure is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from tests.conftest import DEMO_YEAR
from tests.dashboards.browser import opened

MOST = 2


@pytest.fixture(scope="module")
def con(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con


@dataclass
class Person:
    """Somebody at the overview, whose clicks are counted; typing does not count."""

    page: Any
    clicks: int = 0

    def click(self, locator: Any) -> None:
        locator.click()
        self.clicks += 1

    def sees(self, locator: Any) -> str:
        """The text of what lies on the screen without scrolling."""
        box = locator.bounding_box()
        assert box and 0 <= box["y"] < self.page.viewport_size["height"], "not on the screen"
        return locator.inner_text()


@pytest.fixture
def person(browser, demo_site):
    with opened(browser, demo_site / "index.html") as (page, heard):
        user = Person(page)
        yield user
        assert heard.messages == []
        assert user.clicks <= MOST


def tile(person: Person, label: str) -> Any:
    return person.page.locator(".headlines > div", has_text=label)


def test_what_is_the_biggest_problem_this_year(person, con):
    now, then = (
        con.execute(
            "select count(*) from marts.fct_program_compliance"
            " where period = ? and status = 'non_compliant'",
            [str(year)],
        ).fetchone()[0]
        for year in (DEMO_YEAR, DEMO_YEAR - 1)
    )
    tile_text = person.sees(tile(person, "Non-compliant memberships"))
    assert (
        f"{now}" in tile_text
        and f"after {then} in {DEMO_YEAR - 1}" in tile_text
        and "of ARR" in tile_text
    )
    person.click(person.page.get_by_role("link", name="Non-compliant memberships"))
    rows = person.page.locator("#open ~ .table tbody tr:visible")
    assert rows.count() >= now
    assert set(rows.locator("td:nth-child(4)").all_inner_texts()) == {"not met"}


def test_why_is_this_partner_not_in_the_next_tier_and_what_must_it_do(person, con):
    name = con.execute(
        """select any_value(partners.name) from decisions.tier_assignments as tiers
        inner join marts.dim_partners as partners using (partner_id)
        where tier_year = ? and movement = 'down' group by partner_id order by partner_id""",
        [DEMO_YEAR + 1],
    ).fetchone()[0]
    person.page.keyboard.press("Tab")
    box = person.page.get_by_label("Find a partner by name, id or domain")
    person.click(box)
    box.type(name[:8])
    person.click(person.page.locator(".find li a").first)
    first = person.sees(person.page.locator(".lead").first)
    pattern = (
        f"down from .*: .*; .* by December 31, {DEMO_YEAR + 1} to reach .* for {DEMO_YEAR + 2}"
    )
    second = person.page.locator(".lead").nth(1).inner_text()
    assert re.search(pattern, first) or re.match("To reach .* by December 31", second)


def test_what_must_i_do_this_week(person):
    person.click(person.page.get_by_role("link", name="Today", exact=True))
    person.click(person.page.locator("#owners ~ .table tbody a").first)
    assert re.search(r"[0-9]+ things? to do", person.sees(person.page.locator(".lead").first))
    assert person.page.locator("section code").first.inner_text().startswith("plumbline ")


def test_which_resellers_are_below_their_minimum_and_how_much_arr_is_that(person, con):
    below = con.execute(
        """select count(*) from marts.fct_requirement_results
        where period = ? and metric = 'arr_usd' and status = 'not_met'""",
        [str(DEMO_YEAR)],
    ).fetchone()[0]
    tile_text = person.sees(tile(person, "Resellers below their minimum"))
    assert f"{below}" in tile_text and re.search(r"they hold \$[0-9,]+ of ARR", tile_text)
    person.click(person.page.get_by_role("link", name="Resellers below their minimum"))
    assert person.page.locator("#resellers ~ .table tbody tr:visible").count() == below > 0


def test_what_rests_on_assumptions(person):
    banner = person.sees(person.page.locator(".banner"))
    assert re.search(r"[0-9]+ are placeholders", banner) and re.search(r"[0-9]+ membership", banner)
    person.click(person.page.locator(".banner a"))
    assert person.sees(person.page.locator("#placeholders"))
    assert person.page.locator("#placeholders ~ .table tbody tr:visible").count() > 10
