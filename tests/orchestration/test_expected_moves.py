"""Who was expected to move, and who moved: the surprises are reported once."""

from __future__ import annotations

import duckdb
import pytest

from orchestration import expected_moves
from orchestration.expected_moves import answered, expect
from orchestration.periods import BadRequest
from orchestration.settings import locations
from scoring.changes.table import NothingToCompare


class Moves:
    """The rows of a comparison with the run before."""

    def __init__(self, rows):
        self.rows = rows

    def to_dicts(self):
        return self.rows


def move(partner: str, kind: str = "tier") -> dict:
    program = None if kind == "tier" else "reseller"
    tier = ("select", "foundation")
    before, after = tier if kind == "tier" else ("non_compliant", "compliant")
    return {
        "partner_id": partner,
        "period": "2025",
        "program": program,
        "kind": kind,
        "before": before,
        "after": after,
    }


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_partners as select * from"
            " (values ('P1', 'One'), ('P2', 'Two'), ('P3', 'Three')) as p(partner_id, name)"
        )
        connection.execute("create table marts.fct_program_compliance (partner_id text)")
        connection.execute("create schema policy")
        connection.execute("create table policy.programs (program text, label text, position int)")
        connection.execute(
            "create table policy.tiers as select * from"
            " (values ('select', 'Select', 2), ('foundation', 'Foundation', 1))"
            " as t(tier, label, tier_rank)"
        )
        yield connection


def test_surprises_and_what_did_not_come_are_told_once(con, tmp_path, monkeypatch):
    places = locations(tmp_path, tmp_path / "w.duckdb", tmp_path / "site", None)
    assert answered(con, places) is None
    stated = expect(con, places, ["P2", "P1"], "Ann", "late calls")
    assert stated.partners == ("P1", "P2")

    def moved(_):
        return Moves([move("P1"), move("P3"), move("P3", "compliance")])

    monkeypatch.setattr(expected_moves, "since_last_run", moved)
    answer = answered(con, places)
    assert answer.surprises == [
        "P3, 2025 tier: Select to Foundation",
        "P3, 2025 reseller compliance: non-compliant to compliant",
    ]
    assert answer.still == ["P2"]
    assert answer.lines[-1] == "expected by Ann to move, and did not: P2"
    assert answered(con, places) is None


def test_nobody_expected_and_nobody_moved(con, tmp_path, monkeypatch):
    places = locations(tmp_path, tmp_path / "w.duckdb", tmp_path / "site", None)
    expect(con, places, [], "Ann", "a policy comment")
    monkeypatch.setattr(expected_moves, "since_last_run", lambda _: Moves([]))
    assert answered(con, places).lines == ["as expected by Ann: no other partner moved"]


def test_it_waits_for_a_run_that_has_one_before_it(con, tmp_path, monkeypatch):
    places = locations(tmp_path, tmp_path / "w.duckdb", tmp_path / "site", None)
    expect(con, places, ["P1"], "Ann", "x")

    def nothing(_):
        raise NothingToCompare("one run only")

    monkeypatch.setattr(expected_moves, "since_last_run", nothing)
    assert answered(con, places) is None
    assert expected_moves.file_of(places).exists()
    with pytest.raises(BadRequest, match="needs --by"):
        expect(con, places, ["P1"], " ", "x")
    with pytest.raises(LookupError):
        expect(con, places, ["P9"], "Ann", "x")
