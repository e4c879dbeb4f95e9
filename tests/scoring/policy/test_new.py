"""A set written by `policy new`, and the schemas that editors check it by.

Belongs here: what is written, and where it is refused. Does not: its cases (test_cases_hold.py).
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scoring.policy.coverage import coverage_of
from scoring.policy.load import SETS, load_policy
from scoring.policy.new import write_set
from scoring.policy.schema import schemas
from scoring.policy.yaml_lines import PolicyError, read

FICTIONAL = Path(__file__).with_name("fictional")
EXAMPLE = Path(__file__).parents[3] / "docs/examples/four_levels"
KINDS = {"agreements", "people", "cases", "share", "references", "quarters", "USD", "roles"}


def test_a_new_set_is_whole_and_found_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    files = write_set("beacon", tmp_path)
    assert tmp_path / "policy" / "beacon" / "program.yaml" in files
    policy = load_policy("beacon")
    assert policy.name == "beacon"
    assert any("beacon" in document.title for document in policy.documents)
    assert {metric.unit for metric in policy.metrics} >= KINDS
    assert policy.ladder is not None and len(policy.ladder.tiers) == 3
    assert coverage_of("beacon").problems == ()


def test_everything_of_a_new_set_that_nobody_vouches_for_says_so(tmp_path):
    write_set("beacon", tmp_path, tmp_path / "mine")
    policy = load_policy(tmp_path / "mine")
    assert {parameter.status for parameter in policy.parameters} == {"placeholder"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("Beacon", "lower letters"), ("../x", "lower letters"), ("procore", "comes with the product")],
)
def test_a_name_that_cannot_be_one_is_refused(name, words, tmp_path):
    with pytest.raises(PolicyError, match=words):
        write_set(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_written_over(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "own.yaml").write_text("topic: own\n")
    with pytest.raises(PolicyError, match="something already"):
        write_set("beacon", tmp_path, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["own.yaml"]


def _plain(value: Any) -> Any:
    """As an editor's own YAML reader sees it."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, date) else value


def _schema_of(file: Path, directory: Path) -> str:
    if file.parent == directory:
        return "policy.schema.json"
    kind = "ordinary" if file.name == "ordinary.yaml" else "cases"
    return f"cases/{kind}.schema.json"


def _faults(file: Path, directory: Path) -> list[str]:
    schema = Draft202012Validator(json.loads(schemas()[_schema_of(file, directory)]))
    return [error.message for error in schema.iter_errors(_plain(read(file).value))]


@pytest.mark.parametrize(
    "directory", [SETS / "procore", FICTIONAL, EXAMPLE], ids=["shipped", "fictional", "example"]
)
def test_every_file_of_a_good_set_fits_its_schema(directory):
    assert {f.name: _faults(f, directory) for f in directory.rglob("*.yaml")} == {
        f.name: [] for f in directory.rglob("*.yaml")
    }


def test_each_written_file_names_a_schema_that_is_there_and_that_it_fits(tmp_path):
    folder = tmp_path / "mine"
    write_set("beacon", tmp_path, folder)
    for file in folder.rglob("*.yaml"):
        named = file.read_text("utf-8").splitlines()[0].partition("$schema=")[2]
        assert (file.parent / named).resolve() == folder / _schema_of(file, folder)
        assert (file.parent / named).read_text("utf-8") == schemas()[_schema_of(file, folder)]
        assert _faults(file, folder) == []


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("comparator:", "comparison:", "comparison"),
        ('comparator: ">="', 'comparator: ">"', "is not one of"),
        ("strength: must", "strength: shall", "is not one of"),
        ("2000-01-01: 2}", "when: [1, {}]}", "not valid"),
        ("take: count\n", "take: number\n", "not valid"),
        ("where: {passed: true,", "where: {passed: {is: true},", "not valid"),
        ("window: trailing", "window: rolling", "not one of"),
    ],
)
def test_a_slip_is_marked_by_the_schema(was, becomes, words, tmp_path):
    write_set("beacon", tmp_path, tmp_path / "mine")
    file = tmp_path / "mine" / "requirements.yaml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes, 1), "utf-8")
    assert words in " ".join(_faults(file, tmp_path / "mine"))
