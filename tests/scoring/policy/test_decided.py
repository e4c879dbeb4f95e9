"""What a person decides is about something that the policy has, before it is recorded.

Belongs here: scoring.policy.decided and `plumbline decide` on it. Does not: findings of a run.
"""

from __future__ import annotations

import pytest

from orchestration.cli.app import run
from scoring.policy.decided import fault_of, waivable
from scoring.policy.load import load_policy

WAIVER = {
    "waiver_id": "W-1",
    "partner_id": "P-1",
    "program": "reseller",
    "requirement": "RESL-ARR",
    "valid_from": "2025-01-01",
    "valid_to": "2025-12-31",
    "granted_by": "Board",
    "reason": "Merger",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"program": " Reseller "}, None),
        ({"program": "technology", "requirement": "bidirectional_flow"}, None),
        ({"requirement": "RESL-AR"}, "did you mean RESL-ARR?"),
        ({"program": "technology"}, "program technology has no requirement or criterion 'RESL-"),
        ({"program": "resell"}, "no program 'resell'; choose one of technology, services"),
        # The tier without an invitation is impossible.
        ({"program": "technology", "requirement": "invitation"}, "can be waived"),
        ({"valid_to": "2024-12-31"}, "valid_to 2024-12-31 lies before valid_from 2025-01-01"),
        ({"valid_to": "2024-13-01"}, None),
    ],
)
def test_a_waiver_names_what_can_be_waived(change, words):
    fault = fault_of(load_policy(), "waivers", {**WAIVER, **change})
    assert fault is None if words is None else words in (fault or "")


@pytest.mark.parametrize(
    ("entity", "values", "words"),
    [
        ("governance_decisions", {"review": " 2025-h1 "}, None),
        ("governance_decisions", {"review": "2025-H3"}, "no review period '2025-H3'"),
        ("governance_decisions", {"review": "2025"}, "periods are named like 2025-H1, 2025-H2"),
        ("disputes", {"period": "2025"}, None),
        ("disputes", {"period": "2025-H2"}, None),
        ("disputes", {"period": "25"}, "no year or review period '25'; periods are named like 2"),
    ],
)
def test_a_decision_names_a_period_that_there_can_be(entity, values, words):
    fault = fault_of(load_policy(), entity, values)
    assert fault is None if words is None else words in (fault or "")


def test_each_requirement_of_a_program_can_be_waived():
    policy = load_policy()
    for one in policy.requirements:
        assert one.id in waivable(policy, one.program)


def test_a_waiver_of_nothing_is_wrong_use_and_leaves_no_file(tmp_path, capsys):
    landing = tmp_path / "landing"
    landing.mkdir()
    typed = {**WAIVER, "requirement": "RESL-AR"}
    flags = [part for name, value in typed.items() for part in (f"--{name}", value)]
    assert run(["decide", "waiver", *flags, "--landing", str(landing)]) == 2
    assert "did you mean RESL-ARR?" in capsys.readouterr().err
    assert list(landing.rglob("*.csv")) == []
    assert (
        run(
            [
                "decide",
                "waiver",
                *flags[:6],
                "--requirement",
                "RESL-ARR",
                *flags[8:],
                "--landing",
                str(landing),
            ]
        )
        == 0
    )
