"""Single values and whole rows under a map's declarations."""

from __future__ import annotations

import pytest

from ingest.formats.map_contradictions import other_way
from ingest.formats.map_model import ColumnMap, ColumnRule
from ingest.formats.map_rows import Rows, apply_steps, fill_down
from ingest.formats.map_values import BadValue, convert
from ingest.judging.clock import clock_of
from ingest.judging.contract import parse_column
from ingest.judging.table import RawTable

ZONE = clock_of("America/Los_Angeles")


def layout(**changes: object) -> ColumnMap:
    """A map of accounts; `changes` replace parts of its YAML."""
    form = {
        "id": "m",
        "title": "t",
        "entity": "accounts",
        "header": ["Id"],
        "columns": {"account_id": "Id", "name": "Name"},
    }
    return ColumnMap.model_validate(form | changes)


def value(text: str | None, kind: str, rule: dict | None = None, **of_map: object) -> str | None:
    column_rule = ColumnRule.model_validate({"from": "x"} | (rule or {}))
    return convert(text, column_rule, parse_column("c", kind), layout(**of_map), ZONE)


GERMAN = {"decimal": ",", "group": "."}


@pytest.mark.parametrize(
    ("text", "of_map", "expected"),
    [
        ("1.234.567,8901", GERMAN, "1234567.8901"),
        ("-12,5", GERMAN, "-12.5"),
        ("1234", GERMAN, "1234"),
        ("1,234.50", {"group": ","}, "1234.50"),
        ("1 234,50", {"group": " ", "decimal": ","}, "1234.50"),
        ("1\u202f234\u00a0567,5", {"group": " ", "decimal": ","}, "1234567.5"),
        ("1\u2019234.50", {"group": "'"}, "1234.50"),
        ("12,34,567.8", {"group": ","}, "1234567.8"),
        ("99.0", {}, "99.0"),
        (" 7 ", {}, "7"),
        ("", {}, None),
        (None, {}, None),
    ],
)
def test_a_number_in_the_declared_locale(text, of_map, expected) -> None:
    assert value(text, "money", **of_map) == expected


@pytest.mark.parametrize(
    ("text", "of_map"),
    [
        ("1.23", GERMAN),  # two digits after what separates thousands
        ("1,234.50", {}),
        ("12,34.5", {"group": ","}),
        ("$5", {}),
        ("1e3", {}),
        ("(5)", {}),
        ("٣", {}),
    ],
)
def test_a_number_in_another_locale_is_not_guessed(text, of_map) -> None:
    with pytest.raises(BadValue):
        value(text, "money", **of_map)


@pytest.mark.parametrize(
    ("text", "kind", "rule", "of_map", "way"),
    [
        ("$1,234.50", "money", {}, GERMAN, "with a decimal point"),
        ("(1.234,50)", "money", {}, {"group": ","}, "with a decimal comma"),
        ("2,024,991", "money", {}, GERMAN, "with a decimal point"),
        ("2.024.991", "decimal", {}, {}, "with a decimal comma"),
        ("1,234", "money", {}, {}, "with a comma, between thousands or before decimals"),
        ("n/a", "money", {}, GERMAN, None),
        ("20/01/2025", "date", {"format": "%m/%d/%Y"}, {}, "with the day first"),
        ("20.01.2025", "date", {"format": "%m/%d/%Y"}, {}, "with the day first"),
        ("01-20-25", "date", {"format": "%d.%m.%y"}, {}, "with the month first"),
        ("05.01.2025", "date", {"format": "%m/%d/%Y"}, {}, None),  # it can be as declared
        ("2025-01-20", "date", {"format": "%m/%d/%Y"}, {}, None),
        ("31/31/2025", "date", {"format": "%m/%d/%Y"}, {}, None),
    ],
)
def test_a_value_that_can_only_be_read_otherwise_is_known(text, kind, rule, of_map, way) -> None:
    declared = ColumnRule.model_validate({"from": "x"} | rule)
    assert other_way(text, declared, parse_column("c", kind), layout(**of_map)) == way


@pytest.mark.parametrize(
    ("text", "kind", "rule", "expected"),
    [
        ("10/3/2020", "date", {"format": "%m/%d/%Y"}, "2020-10-03"),
        ("3.10.2020", "date", {"format": "%d.%m.%Y"}, "2020-10-03"),
        ("2025-03-01 06:30:00", "date", {"format": "%Y-%m-%d %H:%M:%S"}, "2025-03-01"),
        (
            "2025-03-01 06:30:00",
            "date",
            {"format": "%Y-%m-%d %H:%M:%S", "moment": True},
            "2025-02-28",
        ),
        ("2025-03-01", "date", {"format": "%Y-%m-%d", "day_before": True}, "2025-02-28"),
        ("1740810600000", "date", {"format": "epoch_ms", "moment": True}, "2025-02-28"),
        ("1740810600123", "timestamp", {"format": "epoch_ms"}, "2025-03-01T06:30:00.123000"),
        (
            "2025-03-01 06:30:00 -0800",
            "timestamp",
            {"format": "%Y-%m-%d %H:%M:%S %z"},
            "2025-03-01T14:30:00.000000",
        ),
        ("03/2025", "month", {"format": "%m/%Y"}, "2025-03"),
        ("12345", "money", {"divide_by": 100}, "123.45"),
        ("1", "money", {"divide_by": 100}, "0.01"),
        ("100", "money", {"divide_by": 100}, "1"),
        ("NEW", "text", {"values": {"New": "new"}}, "new"),
        ("else", "text", {"values": {"New": "new"}}, "else"),
        ("else", "text", {"values": {"New": "new"}, "otherwise": "old"}, "old"),
        ("", "text", {"values": {"New": "new"}, "otherwise": "old"}, "old"),
        (" kept as written ", "text", {}, " kept as written "),
    ],
)
def test_a_value_as_its_rule_declares(text, kind, rule, expected) -> None:
    assert value(text, kind, rule) == expected


@pytest.mark.parametrize(
    ("text", "form"),
    [("2020-10-03", "%m/%d/%Y"), ("31/10/2020", "%m/%d/%Y"), ("1e12", "epoch_ms"), ("x", "%Y")],
)
def test_a_date_in_another_format_is_not_guessed(text, form) -> None:
    with pytest.raises(BadValue) as caught:
        value(text, "date", {"format": form})
    assert caught.value.rule == "date"


def test_a_merged_records_old_ids_disappear() -> None:
    rows = Rows(
        [{"id": "1", "merged": ""}, {"id": "2", "merged": "1; 3"}, {"id": "3", "merged": None}],
        [2, 3, 4],
    )
    kept, notes = apply_steps(rows, layout(rows=[{"absorbed": {"id": "Id", "ids": "Merged"}}]))
    assert (kept.numbers, [n.kind for n in notes]) == ([3], ["left_out"])


def test_steps_run_in_their_order() -> None:
    latest = {"latest": {"of": ["id"], "by": ["v"]}}
    active = {"keep": {"state": ["active"]}}

    def rows() -> Rows:
        first = {"id": "1", "v": "9", "state": "Active"}
        return Rows([first, {"id": "1", "v": "10", "state": "gone"}], [2, 3])

    assert apply_steps(rows(), layout(rows=[latest, active]))[0].numbers == []
    assert apply_steps(rows(), layout(rows=[active, latest]))[0].numbers == [2]


def test_of_two_equal_versions_the_later_row_counts() -> None:
    rows = Rows([{"id": "1", "v": "1"}, {"id": "1", "v": "1"}], [2, 3])
    steps = [{"latest": {"of": ["id"], "by": ["v"]}}]
    assert apply_steps(rows, layout(rows=steps))[0].numbers == [3]


def test_groups_are_filled_only_where_they_lead() -> None:
    header = ("Region", "Owner", "Id", "Name")
    table = RawTable("accounts", header)
    records = [
        {"region": "W", "owner": "Ann", "id": "1", "name": "A"},
        {"region": "", "owner": "", "id": "2", "name": ""},
        {"region": "", "owner": "Bob", "id": "3", "name": "C"},
        {"region": "E", "owner": "", "id": "4", "name": "D"},
    ]
    rows = Rows(records, [2, 3, 4, 5])
    fill_down(rows, table, layout(fill_down=("Region", "Owner", "Name")))
    assert [(r["region"], r["owner"], r["name"]) for r in rows.records] == [
        ("W", "Ann", "A"),
        ("W", "Ann", ""),  # Name does not lead the header: empty is empty
        ("W", "Bob", "C"),
        ("E", "", "D"),  # a new region does not inherit the last one's owner
    ]
