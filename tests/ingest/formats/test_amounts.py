"""Amounts with a currency or brackets around them: declared in a map, proposed by a draft."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.formats.draft import draft_map
from ingest.formats.draft_numbers import number_lines
from ingest.formats.map_model import parse_map
from ingest.formats.map_store import Maps, MapText
from ingest.formats.map_values import BadValue
from tests.ingest.formats.test_map_values import layout, value

DOLLARS = {"signs": ["$", "USD"], "group": ","}
BRACKETS = DOLLARS | {"negative": "brackets"}
BEHIND = {"negative": "behind", "signs": ["kr."]}


@pytest.mark.parametrize(
    ("text", "of_map", "expected"),
    [
        ("$1,200.50", DOLLARS, "1200.50"),
        (" $ 1,200.50 ", DOLLARS, "1200.50"),
        ("1,200.50 USD", DOLLARS, "1200.50"),
        ("-$300", DOLLARS, "-300"),
        ("$ -300", DOLLARS, "-300"),
        ("+$300", DOLLARS, "+300"),
        ("1.200,50\u00a0€", {"signs": ["€"], "decimal": ",", "group": "."}, "1200.50"),
        ("$(300.00)", BRACKETS, "-300.00"),
        ("($ 300.00)", BRACKETS, "-300.00"),
        ("(300.00) USD", BRACKETS, "-300.00"),
        ("300-", BEHIND, "-300"),
        ("300 - kr.", BEHIND, "-300"),
        ("kr. 300", BEHIND, "300"),
    ],
)
def test_what_stands_beside_an_amount_is_read_as_the_map_declares(text, of_map, expected) -> None:
    assert value(text, "money", **of_map) == expected


@pytest.mark.parametrize(
    ("text", "of_map"),
    [
        ("€300", DOLLARS),  # another currency than the declared ones
        ("US$300", DOLLARS),
        ("(300)", DOLLARS),
        ("300-", BRACKETS),
        ("-(300)", BRACKETS),
        ("(-300)", BRACKETS),
        ("(300", BRACKETS),
        ("--300", DOLLARS),
        ("$", DOLLARS),
        ("$1.200,00", DOLLARS),
        ("\u2212300", DOLLARS),
        ("300 per month", DOLLARS),
    ],
)
def test_what_is_not_declared_is_not_guessed(text, of_map) -> None:
    with pytest.raises(BadValue):
        value(text, "money", **of_map)


@pytest.mark.parametrize(
    ("text", "of_map", "expected"),
    [
        ("$1,200", {"group": ","}, "1200"),
        ("(1,200)", {"group": ","}, "-1200"),
        ("CHF (1'200.5)", {"group": "'"}, "-1200.5"),
        ("€ 300-", DOLLARS, "-300"),
    ],
)
def test_what_a_map_lacks_to_read_an_amount_is_named_and_works(text, of_map, expected) -> None:
    with pytest.raises(BadValue) as raised:
        value(text, "money", **of_map)
    lacking = raised.value.message.split("add to the map ")[1]
    signs = re.findall(r"'([^']*)'", lacking)
    negative = re.search(r"negative: (\w+)", lacking)
    wider = dict(of_map) | {"signs": [*of_map.get("signs", []), *signs]}
    wider |= {"negative": negative[1]} if negative else {}
    assert value(text, "money", **wider) == expected


@pytest.mark.parametrize("text", ["1.200,50", "\u2212300", "abc", "", "3 x 4"])
def test_nothing_is_offered_for_what_no_declaration_reads(text) -> None:
    if text:
        with pytest.raises(BadValue) as raised:
            value(text, "money")
        assert "add to the map" not in raised.value.message


@pytest.mark.parametrize("sign", ["", " ", "-", "(", "5", "\u2212"])
def test_a_sign_that_is_a_part_of_numbers_is_refused(sign) -> None:
    with pytest.raises(ValueError, match="part of numbers"):
        layout(signs=[sign])


@pytest.mark.parametrize(
    ("amounts", "lines"),
    [
        (["$1,200.00", "$(300.00)"], ['signs: ["$"]', "negative: brackets", 'group: ","']),
        (["1.200,50 €", "99,00 €"], ['signs: ["€"]', 'decimal: ","', 'group: "."']),
        (["₹12,34,567.00"], ['signs: ["₹"]', 'group: ","']),
        (["1 200,50", "99,00"], ['decimal: ","', 'group: " "']),
        (["1'200.50"], ['group: "\'"']),
        (["SEK 300-", "300.00"], ['signs: ["SEK"]', "negative: behind"]),
        (["1200", "(300)"], ["negative: brackets"]),
        (["1200.00", "-300.00"], []),
        (["1200", "300"], []),
    ],
)
def test_how_amounts_are_written_is_proposed(amounts, lines) -> None:
    assert number_lines(amounts) == lines


def test_what_no_declaration_reads_is_a_question() -> None:
    (line,) = number_lines(["300 per seat", "200"])
    assert line.startswith("#") and "'per seat'" in line
    (line,) = number_lines(["1.200,50", "1,200.50"])
    assert line.startswith("#") and "written in no one way" in line


def test_an_accounting_export_is_drafted_and_read(zone) -> None:
    text = (
        "Contract,Client,Type,Start,End,Amount,Cur\n"
        'C1,Acme,New,1/1/2025,12/31/2025," $1,200.00 ",USD\n'
        'C2,Bolt,Credit,1/1/2025,12/31/2025," $(300.00)",USD\n'
        'C3,Cee,Renewal,2/1/2025,1/31/2026," $-   ",USD\n'
    )
    file = "reseller_reports/subscription_lines/ACME/sales-2025-01.csv"
    drafted = draft_map(zone.put(file, text))
    assert parse_map(drafted).negative == "brackets"
    zone.land(maps=Maps((MapText("mine.yaml", drafted),)))
    amounts = zone.rows("select amount::text from landing.subscription_lines order by line_id")
    assert amounts == [("1200.0000",), ("-300.0000",), ("0.0000",)]


@pytest.mark.parametrize(
    ("header", "asks"),
    [
        ("Customer,Product,Jan 2025,Feb 2025,Total", True),
        ("Customer,Product,2025-01,2025-02,2025-03", True),
        ("Customer,Product,January,February,March", True),
        ("Customer,Product,May,Amount,Total", False),
    ],
)
def test_months_across_a_table_are_named_with_what_to_do(header, asks, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(f"{header}\nAcme,Core,100,100,200\n")
    assert ("Unpivot Columns" in draft_map(path, "subscription_lines")) is asks
