"""The template as the person gets it: what it holds, what it guards, what it never runs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from ingest.formats.template import write_template
from ingest.judging.contract import entity
from orchestration.cli.app import run

from .books import filled, read, records


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    write_template(one, "P-1", "2025-03", "Acme")
    write_template(two, "P-1", "2025-03", "Acme")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:  # the clock of this machine stands nowhere in it
        assert archive.read("docProps/core.xml").count(b">2025-01-01T00:00:00Z<") == 2


def test_each_choice_of_the_contract_is_a_drop_down(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, "P-1", "2025-03")
    sheet = openpyxl.load_workbook(path)["Subscriptions"]
    rules = {str(v.sqref).split(":")[0]: v for v in sheet.data_validations.dataValidation}
    choices = entity("subscription_lines").column("line_type").choices
    assert rules["B2"].formula1 == f'"{",".join(choices)}"'
    assert rules["H2"].type == "date"
    assert rules["J2"].type == "decimal"
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    cover = openpyxl.load_workbook(path)["Cover"]
    assert [cover.cell(2, place).protection.locked for place in (1, 2, 3, 4)] == [
        True,
        True,
        False,  # the declaration is the person's
        True,
    ]
    assert not sheet.column_dimensions["A"].protection.locked


@pytest.mark.parametrize("partner", ["=1+1", "@cmd", "+A1", '=HYPERLINK("http://x","y")', "00042"])
def test_a_partner_id_is_text_and_comes_back_as_it_is(tmp_path: Path, partner: str) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, partner, "2025-03", "=cmd|' /C calc'!A0")
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        assert all(b"<f>" not in archive.read(name) for name in sheets)
    assert records(read(path.read_bytes())["reports"])[0]["partner_id"] == partner


def test_the_empty_template_is_a_report_of_a_month_without_entries(tmp_path: Path) -> None:
    tables = read(filled(tmp_path))
    assert [len(t.rows) for t in tables.values()] == [1, 0, 0, 0]


@pytest.mark.parametrize("month", ["2025-13", "March", "2025-3", "2025-03-01", ""])
def test_a_month_that_is_none_is_an_error(tmp_path: Path, month: str) -> None:
    with pytest.raises(ValueError, match="write it as 2025-03"):
        write_template(tmp_path / "t.xlsx", "P-1", month)


def test_an_empty_partner_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--partner is empty"):
        write_template(tmp_path / "t.xlsx", " ", "2025-03")


def test_a_workbook_is_written_under_the_name_of_one_and_over_nothing_unasked(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    words = ["template", "--partner", "P-1", "--month", "2025-03"]
    assert run([*words, "march.csv"]) == 2
    assert "march.xlsx" in capsys.readouterr().err
    assert run([*words, "march.xlsx"]) == 0
    filled = (tmp_path / "march.xlsx").read_bytes() + b" "
    (tmp_path / "march.xlsx").write_bytes(filled)
    assert run([*words, "march.xlsx"]) == 2
    assert "--replace" in capsys.readouterr().err
    assert (tmp_path / "march.xlsx").read_bytes() == filled
    assert run([*words, "march.xlsx", "--replace"]) == 0
    assert (tmp_path / "march.xlsx").read_bytes() == filled[:-1]
    assert not (tmp_path / "march.csv").exists()
