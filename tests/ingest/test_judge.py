"""Rows against the contract: what is quarantined, what is a duplicate, what is kept beside."""

import json

import pytest

from ingest.judging.contract import entity
from ingest.judging.judge import judge
from ingest.judging.table import BrokenRow, Fault, RawTable

LINES = entity("subscription_lines")
LINE = {
    "partner_id": "P1",
    "report_month": "2025-03",
    "line_id": "L1",
    "line_type": "new",
    "subscription_id": "S1",
    "customer_name": "Acme",
    "term_start": "2025-03-01",
    "term_end": "2026-02-28",
    "amount": "1200",
    "currency": "USD",
}


def lines(*changes, extra_columns=()):
    header = (*LINE, *extra_columns)
    rows = [tuple({**LINE, **change}.get(name) for name in header) for change in changes]
    return RawTable("subscription_lines", header, rows, [n + 2 for n in range(len(rows))])


def faults(*changes):
    result = judge(LINES, [lines(*changes)])
    return result.faults.select("row", "column", "rule").rows()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"line_id": ""}, ("line_id", "required")),
        ({"customer_name": "  "}, ("customer_name", "required")),
        ({"line_type": "NEW"}, None),
        ({"line_type": "upgrade"}, ("line_type", "enum")),
        # Semantics 4: signs.
        ({"amount": "0"}, None),
        ({"amount": "-0.0001"}, ("amount", "sign")),
        ({"amount": "-0.00"}, None),
        ({"line_type": "renewal", "amount": "-1"}, ("amount", "sign")),
        ({"line_type": "expansion", "amount": "-1"}, ("amount", "sign")),
        ({"line_type": "contraction", "amount": "1"}, ("amount", "sign")),
        ({"line_type": "contraction", "amount": "-1"}, None),
        ({"line_type": "contraction", "amount": "0"}, None),
        ({"line_type": "credit", "amount": "0.0001"}, ("amount", "sign")),
        ({"line_type": "credit", "amount": "-5"}, None),
        # A cancellation's amount does not count.
        ({"line_type": "cancellation", "amount": "-5"}, None),
        ({"line_type": "cancellation", "amount": "5"}, None),
        ({"term_end": "2025-03-01"}, None),
        ({"term_end": "2025-02-28"}, ("term_end", "term")),
        ({"currency": "usd"}, ("currency", "iso4217")),
        ({"quantity": "x"}, None),  # no such column in this file
    ],
)
def test_rules_of_a_reported_line(change, fault):
    wrong = faults(change)
    assert wrong == ([] if fault is None else [(2, *fault)])


def test_every_fault_of_a_row_is_named_and_the_row_counts_once():
    result = judge(LINES, [lines({"amount": "x", "currency": "?"}, {})])
    assert result.faults.select("row", "column", "value", "rule").rows() == [
        (2, "amount", "x", "money"),
        (2, "currency", "?", "iso4217"),
    ]
    tally = result.tallies[0]
    assert (tally.read, tally.quarantined, tally.duplicate) == (2, 1, 0)
    assert "write an optional sign" in result.faults["message"][0]


def test_equal_rows_are_duplicates_equal_keys_are_not():
    table = lines({}, {}, {"amount": "1"}, {"amount": "bad"}, {"amount": "bad"})
    result = judge(LINES, [table])
    tally = result.tallies[0]
    # A repeated bad row is bad twice; of one key with different content both are accepted.
    assert (tally.read, tally.quarantined, tally.duplicate) == (5, 2, 1)
    assert result.good["_row"].to_list() == [2, 4]


def test_rows_that_differ_in_an_unknown_column_are_no_duplicates():
    result = judge(
        LINES, [lines({"note": "a"}, {"note": "b"}, {"note": "a"}, extra_columns=["note"])]
    )
    assert result.tallies[0].duplicate == 1
    assert [json.loads(text) for text in result.good["_extra"]] == [{"note": "a"}, {"note": "b"}]
    assert result.tallies[0].unknown == ("note",)


def test_usage_rows_are_never_duplicates_and_stand_for_calls():
    header = ("app_id", "company_id", "occurred_at", "http_method", "response_code", "call_count")
    row = ("A", "C", "2025-01-01T00:00:00Z", "get", "200")
    rows = [(*row, "1"), (*row, "1"), (*row, "0"), (*row, "-3")]
    result = judge(entity("usage_events"), [RawTable("usage_events", header, rows, [2, 3, 4, 5])])
    assert result.good["_row"].to_list() == [2, 3]
    assert result.faults.select("row", "rule").rows() == [(4, "call_count"), (5, "call_count")]


def test_headers_are_matched_without_case_blanks_or_joints():
    header = (" Account ID ", "NAME", "customer-since", "Churned_On")
    table = RawTable("accounts", header, [("A1", "Acme", "2020-01-01", "")], [2])
    good = judge(entity("accounts"), [table]).good
    assert good.select("account_id", "customer_since", "churned_on").rows() == [
        ("A1", "2020-01-01", None)
    ]


def test_a_header_that_does_not_fit_is_counted_and_not_judged():
    missing = RawTable("accounts", ("account_id",), [("A1",), ("A2",)], [2, 3])
    twice = RawTable("accounts", ("account_id", "name", "Name"), [("A1", "a", "b")], [2])
    result = judge(entity("accounts"), [missing, twice])
    assert [(t.read, t.missing, t.twice) for t in result.tallies] == [
        (2, ("name",), ()),
        (1, (), ("name",)),
    ]
    assert result.good.height == 0
    assert result.unjudged["_row"].to_list() == [2, 3, 2]


def test_broken_rows_count_and_keep_what_could_be_read():
    table = lines({})
    table.broken.append(BrokenRow(7, (Fault("fields", "too few"),), ("P9", "2025-04")))
    result = judge(LINES, [table])
    assert (result.tallies[0].read, result.tallies[0].quarantined) == (2, 1)
    assert result.bad.select("partner_id", "report_month", "_row").rows() == [("P9", "2025-04", 7)]


def test_defaults_fill_columns_that_the_file_lacks_and_headers_win():
    header = tuple(name for name in LINE if name != "partner_id")
    row = tuple(LINE[name] for name in header)
    first = RawTable("subscription_lines", header, [row], [2], defaults={"partner_id": "P7"})
    second = lines({})
    second.defaults = {"partner_id": "P8"}
    good = judge(LINES, [first, second]).good
    assert good["partner_id"].to_list() == ["P7", "P1"]


def test_tables_of_one_batch_stay_apart():
    tables = [lines({}, {}), lines({}), lines({"amount": "x"}), lines()]
    result = judge(LINES, tables)
    assert [(t.read, t.quarantined, t.duplicate) for t in result.tallies] == [
        (2, 0, 1),
        (1, 0, 0),
        (1, 1, 0),
        (0, 0, 0),
    ]
    assert result.good["_table"].to_list() == [0, 1]


def test_a_cell_is_the_values_own():
    table = lines({"currency": "?"})
    table.cells = ["Subscriptions!A2"]
    table.cell_of = lambda row, place: f"Subscriptions!{'ABCDEFGHIJ'[place]}{row + 2}"
    assert judge(LINES, [table]).faults["cell"].to_list() == ["Subscriptions!J2"]


def test_programs_of_the_policy_take_the_place_of_the_contracts():
    header = ("partner_id", "program", "enrolled_on")
    rows = [("P1", "Alpha", "2025-01-01"), ("P1", "technology", "2025-01-01")]
    table = RawTable("enrollments", header, rows, [2, 3])
    result = judge(entity("enrollments"), [table], {("enrollments", "program"): ("alpha",)})
    assert result.good["program"].to_list() == ["alpha"]
    assert "none of alpha" in result.faults["message"][0]


def test_half_a_surrogate_pair_breaks_its_row():
    table = lines({"customer_name": "\ud800"}, {})
    result = judge(LINES, [table])
    assert result.faults.select("row", "rule").rows() == [(2, "text")]
    assert result.good["_row"].to_list() == [3]
