"""What a person decides, as a file: it holds what the contract takes and no formula."""

import os

import pytest

from ingest.landing.record_decision import BadDecision, record

WAIVER = {
    "waiver_id": "W1",
    "partner_id": "P1",
    "program": "reseller",
    "requirement": "RESL-ARR",
    "valid_from": "2025-01-01",
    "valid_to": "2025-12-31",
    "granted_by": "Ada",
    "reason": "merged",
}


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", " \t=x"])
def test_a_formula_is_refused_before_anything_is_written(tmp_path, text):
    with pytest.raises(BadDecision, match=r"reason .* is a formula to a spreadsheet"):
        record(tmp_path, "waivers", WAIVER | {"reason": text})
    assert list(tmp_path.iterdir()) == []


def test_the_same_decision_twice_is_one_file(tmp_path):
    first = record(tmp_path, "waivers", WAIVER)
    assert record(tmp_path, "waivers", WAIVER) == first
    assert len(list(first.parent.iterdir())) == 1


def test_an_id_of_another_decision_is_refused_and_a_change_of_the_same_is_not(tmp_path):
    first = record(tmp_path, "waivers", WAIVER)
    with pytest.raises(BadDecision, match=f"W1 is that of another.*P1.*{first.name}.*id of its"):
        record(tmp_path, "waivers", {**WAIVER, "partner_id": "P2"})
    assert list((tmp_path / "decisions").iterdir()) == [first]
    ended = record(tmp_path, "waivers", {**WAIVER, "valid_to": "2025-06-30"})
    assert ended != first


def test_a_decision_that_another_replaced_is_not_recorded_with_the_same_bytes(tmp_path):
    first = record(tmp_path, "waivers", WAIVER)
    ended = record(tmp_path, "waivers", {**WAIVER, "valid_to": "2025-06-30"})
    os.utime(first, (1_750_000_000, 1_750_000_000))
    with pytest.raises(BadDecision, match=rf"{first.name} and replaced since by {ended.name}; .*r"):
        record(tmp_path, "waivers", WAIVER)
    again = record(tmp_path, "waivers", {**WAIVER, "reason": "merged after all"})
    assert again not in (first, ended)
    # The one that is in force can be repeated.
    os.utime(ended, (1_750_000_001, 1_750_000_001))
    assert record(tmp_path, "waivers", {**WAIVER, "reason": "merged after all"}) == again
