"""The published tables as files: complete, sorted, exact, and never a formula.

Belongs here: scoring.export and scoring.published. Does not: what a table should hold.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
import yaml

from scoring.actions.table import write_actions
from scoring.changes.table import write_changes
from scoring.export import ExportError, export
from scoring.published import PUBLISHED, published
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import put, warehouse


@pytest.fixture
def con():
    built = warehouse()
    for partner, name in (("b", "=cmd|' /C calc'!A0"), ("a", 'Plain, "quoted"\nname')):
        put(
            built,
            "marts.dim_partners",
            {
                "partner_id": partner,
                "name": name,
                "joined_on": date(2024, 2, 29),
                "programs": ["=1+1"] if partner == "b" else ["reseller", "technology"],
            },
        )
    for number, amount in enumerate(("60000.0001", "-12.5", "12345678901234567890.1234")):
        put(
            built,
            "marts.fct_requirement_results",
            {
                "period": "2025",
                "partner_id": "a",
                "program": "reseller",
                "requirement": f"R{number}",
                "value": Decimal(amount),
            },
        )
    put(
        built,
        "landing.deliveries",
        {"delivery_id": "d", "file": "f.csv", "received_at": datetime(2025, 3, 1, 12, 30)},
    )
    write_decisions(built)
    write_changes(built)
    write_actions(built)
    yield built
    built.close()


def test_every_published_table_is_written_in_every_format(con, tmp_path):
    for kind in ("parquet", "csv", "xlsx"):
        files = export(con, tmp_path / kind, kind)
        assert [file.name for file in files] == [f"{table.name}.{kind}" for table in PUBLISHED]
        assert all(file.exists() for file in files)


def test_parquet_keeps_types_and_order(con, tmp_path):
    export(con, tmp_path, "parquet")
    partners = pl.read_parquet(tmp_path / "dim_partners.parquet")
    assert partners["partner_id"].to_list() == ["a", "b"]
    assert partners["programs"].to_list()[0] == ["reseller", "technology"]
    results = duckdb.connect().execute(
        f"describe from '{tmp_path / 'fct_requirement_results.parquet'}'"
    )
    assert (
        tuple(row[:2] for row in results.fetchall()) == published("fct_requirement_results").columns
    )


def test_csv_is_exact_and_runs_nothing(con, tmp_path):
    export(con, tmp_path, "csv")
    with (tmp_path / "dim_partners.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["name"] == 'Plain, "quoted"\nname'
    assert (first["programs"], first["joined_on"]) == ("reseller; technology", "2024-02-29")
    assert (second["name"], second["programs"]) == ("'=cmd|' /C calc'!A0", "'=1+1")
    with (tmp_path / "fct_requirement_results.csv").open(encoding="utf-8", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == [
            "60000.0001",
            "-12.5000",
            "12345678901234567890.1234",
        ]


def test_xlsx_holds_numbers_where_they_fit_and_text_where_not(con, tmp_path):
    export(con, tmp_path, "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "fct_requirement_results.xlsx").active
    place = [cell.value for cell in sheet[1]].index("value")
    values = [row[place] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert values == [60000.0001, -12.5, "12345678901234567890.1234"]
    names = openpyxl.load_workbook(tmp_path / "dim_partners.xlsx").active
    assert [cell.data_type for cell in names["B"][1:]] == ["s", "s"]
    assert names["B3"].value == "'=cmd|' /C calc'!A0"


def test_the_same_data_gives_the_same_bytes(con, tmp_path):
    for kind in ("parquet", "csv", "xlsx"):
        first = export(con, tmp_path / "1", kind)
        second = export(con, tmp_path / "2", kind)
        for one, other in zip(first, second, strict=True):
            assert one.read_bytes() == other.read_bytes(), one.name


def test_a_missing_table_or_unknown_format_is_said(con, tmp_path):
    with pytest.raises(ExportError, match="choose one of: parquet, csv, xlsx"):
        export(con, tmp_path, "pdf")
    con.execute("drop table marts.fct_referrals")
    with pytest.raises(ExportError, match=r"marts\.fct_referrals; run the yearly job"):
        export(con, tmp_path / "none", "csv")
    assert not (tmp_path / "none").exists()


def test_published_tables_sort_by_a_key_of_their_own_columns():
    for table in PUBLISHED:
        assert set(table.key) <= set(table.column_names), table.name
    assert len({table.name for table in PUBLISHED}) == len(PUBLISHED)


def test_the_parts_of_a_key_that_may_be_empty_are_those_that_no_check_demands():
    """The models' own check says which columns always have a value; exports say it to others."""
    filled = {}
    for file in (Path(__file__).parents[2] / "transforms/models/marts").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", []):
            for check in model.get("data_tests", []):
                if "unique_grain" in check:
                    filled[model["name"]] = check["unique_grain"]["arguments"].get("filled", [])
    judged = [table for table in PUBLISHED if table.name in filled]
    assert len(judged) > 20
    assert {t.name: t.optional for t in judged} == {
        t.name: set(t.key) - set(filled[t.name]) for t in judged
    }
