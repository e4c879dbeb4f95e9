"""Every figure of every page holds against its table, and every key reads back."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.figures import figure, key_text, read_key
from dashboards.site import build
from tests.dashboards.conftest import ODD_IDS
from tests.dashboards.reading import Figure, PageRead, read_page

NAME = re.compile(r"[a-z_][a-z0-9_]*")
PLAIN_NUMBER = re.compile(r"(−?)\$?([0-9][0-9,]*(?:\.[0-9]+)?)( %)?")


def as_text(value) -> str:
    """A value of a query as `data-value` writes it (written independently of the site's code)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def wrong_figures(con, pages: dict[str, PageRead]) -> list[str]:
    """Figures whose table says something else; one query for each table, key shape and column."""
    groups: dict[tuple, list[tuple[str, Figure, tuple]]] = defaultdict(list)
    for path, page in pages.items():
        for each in page.figures:
            key = read_key(each.key)
            values = tuple(key.values())
            groups[(each.table, tuple(key), each.column)].append((path, each, values))
    wrong = []
    for (table, names, column), figures in groups.items():
        by_key = answers(con, table, names, column)
        for path, each, values in figures:
            # A count over no row is 0; anything else over no row is null.
            expected = by_key.get(values, ["0" if column.startswith("count(") else ""])
            if expected != [each.value]:
                wrong.append(f"{path}: {each} but the table says {expected}")
    return wrong


def answers(con, table: str, names: tuple[str, ...], column: str) -> dict[tuple, list[str]]:
    """`select column from table where key` for every key there is."""
    keys = ", ".join(f'"{name}"' for name in names)
    plain = NAME.fullmatch(column)
    select = f'"{column}"' if plain else column
    aggregate = re.match(r"(count|sum|min|coalesce)\(", column)
    tail = f" group by {keys}" if aggregate and keys else ""
    rows = con.execute(f"select {select}{', ' if keys else ''}{keys} from {table}{tail}").fetchall()
    by_key: dict[tuple, list[str]] = defaultdict(list)
    for value, *key in rows:
        by_key[tuple(None if k is None else as_text(k) for k in key)].append(as_text(value))
    return by_key


def test_every_figure_of_every_page_is_what_its_table_says(demo_pages, demo_con):
    assert sum(len(page.figures) for page in demo_pages.values()) > 10_000
    assert wrong_figures(demo_con, demo_pages) == []


def test_every_kind_of_page_has_figures(demo_pages):
    without = [p for p, page in demo_pages.items() if not page.figures and p != "today.html"]
    assert without == []


WITHIN = re.compile(r"\b[a-z_][a-z0-9_]*\b")
SQL_WORDS = {
    "count",
    "sum",
    "filter",
    "distinct",
    "where",
    "status",
    "in",
    "not",
    "and",
    "year",
    "month",
    # the ARR of several partners, each counted once
    "coalesce",
    "list_sum",
    "list_transform",
    "list_distinct",
    "list",
    "lambda",
    "x",
    "a",
    # the run's own day
    "select",
    "from",
    "run",
    "parameters",
    "as_of",
}


def test_every_figure_has_a_definition(demo_pages):
    """Whatever is shown, the page on methods says what its table and column hold."""
    methods = set(demo_pages["methods.html"].ids)
    missing = set()
    for page in demo_pages.values():
        for each in page.figures:
            named = {each.column} if NAME.fullmatch(each.column) else columns_of(each.column)
            wanted = {each.table} | {f"{each.table}.{name}" for name in named}
            missing |= wanted - methods
    assert missing == set()


def columns_of(aggregate: str) -> set[str]:
    """The columns that an aggregate or difference reads; texts in quotes are none."""
    return set(WITHIN.findall(re.sub(r"'[^']*'", "", aggregate))) - SQL_WORDS


def test_a_wrong_figure_is_found(demo_pages, demo_con):
    """The check above can fail: one digit more is noticed."""
    page = PageRead(figures=[Figure("marts.dim_partners", "", "count(*)", "1", "1")])
    assert len(wrong_figures(demo_con, {"x.html": page})) == 1


def test_numbers_in_numeric_columns_are_figures(demo_pages):
    """A number in a table must be a figure, so that it can be checked against its source."""
    assert {p: page.bare_numbers for p, page in demo_pages.items() if page.bare_numbers} == {}


def test_what_is_shown_is_the_value_rounded(demo_pages):
    """A shown number is its exact value at fewer digits, per cent for shares, never another."""
    checked = 0
    for path, page in demo_pages.items():
        for each in page.figures:
            shown = PLAIN_NUMBER.fullmatch(each.shown)
            if not shown or not re.fullmatch(r"-?[0-9.]+", each.value):
                continue
            sign, digits, cent = shown.groups()
            number = Decimal(digits.replace(",", "")) * (-1 if sign else 1)
            exact = Decimal(each.value) * (100 if cent else 1)
            places = len(digits.partition(".")[2])
            near = Decimal("0.5").scaleb(-max(places, 0))
            assert abs(number - exact) <= near, f"{path}: {each}"
            checked += 1
    assert checked > 5000


def test_odd_ids_hold_too(odd, tmp_path):
    build(odd, tmp_path)
    pages = {str(path): read_page(path) for path in tmp_path.rglob("*.html")}
    assert wrong_figures(odd, pages) == []
    partners = {
        value
        for page in pages.values()
        for each in page.figures
        for name, value in read_key(each.key).items()
        if name == "partner_id"
    }
    assert set(ODD_IDS) <= partners


@given(
    st.dictionaries(
        st.from_regex(NAME, fullmatch=True),
        st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
        max_size=4,
    )
)
def test_keys_read_back(key):
    assert read_key(key_text(key)) == key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ({}, ""),
        ({"a": None, "b": ""}, "a=;b=%"),
        ({"a": "x;b=y"}, "a=x%3Bb%3Dy"),
        ({"a": "100%", "n": 3}, "a=100%25;n=3"),
        ({"a": True, "d": date(2025, 1, 31)}, "a=true;d=2025-01-31"),
    ],
)
def test_keys_are_written_one_way(key, text):
    assert key_text(key) == text


def test_markup_in_a_figure_is_text():
    made = figure('<b>"x"</b>', "marts.t", {"id": '"><i>'}, "name")
    assert "<b>" not in made and "<i>" not in made
    assert made.count("<") == 2
