"""Ratios to an earlier build are kept, a line per commit, and those worse by half are reported.

Belongs here: the history and its judgement, the pins of the earlier build. Does not: any timing.
"""

import json

import pytest

from benchmarks import growth, reference
from benchmarks.growth import Ratio


def ratio(processor: float, pair: str = "nothing new", partners: int = 60) -> Ratio:
    return Ratio(pair, partners, 1, processor, 9.0, 9.0)


@pytest.fixture
def history(tmp_path, monkeypatch):
    """A history of three commits, in a file of its own."""
    path = tmp_path / "history.jsonl"
    path.write_text("", "utf-8")
    for commit, processor in (("aaa", 1.0), ("bbb", 0.5), ("ccc", 0.6)):
        monkeypatch.setattr(growth, "_git", lambda *_, commit=commit: commit)
        growth.keep([ratio(processor)], path)
    return path


def test_a_commit_has_one_line_and_keeps_the_pairs_that_were_not_measured_again(history):
    growth.keep([ratio(0.7), ratio(0.9, pair="cold run")], history)
    growth.keep([ratio(0.8)], history)
    lines = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    assert [line["commit"] for line in lines] == ["aaa", "bbb", "ccc"]
    assert growth.is_kept(60, history) and not growth.is_kept(300, history)
    ratios = {each["pair"]: each["processor"] for each in lines[-1]["ratios"]}
    assert ratios == {"cold run": 0.9, "nothing new": 0.8}


@pytest.mark.parametrize(
    ("measured", "is_worse"),
    [
        (ratio(0.75), False),
        (ratio(0.76), True),
        (ratio(5.0, partners=300), False),
        (ratio(5.0, pair="explain"), False),
    ],
    ids=["by half", "by more than half", "another size", "never measured"],
)
def test_a_ratio_is_judged_by_the_best_of_its_pair_and_size(history, measured, is_worse):
    worsened = growth.worse([measured], history)
    assert bool(worsened) == is_worse
    if worsened:
        assert "nothing new at 60 partners: 0.76" in worsened[0] and "0.50 at best" in worsened[0]


def test_the_kept_history_can_be_read_and_names_what_it_is_against():
    lines = [json.loads(line) for line in growth.HISTORY.read_text("utf-8").splitlines()]
    for line in lines:
        assert line["reference"] == reference.COMMIT[:7]
        assert [Ratio(**each) for each in line["ratios"]]


def test_only_pins_that_are_not_here_are_installed_again(tmp_path, monkeypatch):
    import duckdb

    lock = (
        f"duckdb=={duckdb.__version__} \\\n    --hash=sha256:a\nno-such-one==1.0 \\\n    --hash=b\n"
    )
    (tmp_path / "requirements.lock").write_text(lock, "utf-8")
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    assert reference._other_pins() == ["no-such-one==1.0 \\\n    --hash=b\n"]
