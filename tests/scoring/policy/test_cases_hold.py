"""The worked cases through the real pipeline: every one holds, for both vendors and the skeleton.

Belongs here: land, resolve, dbt and decisions on cases. Does not: the cases themselves.
"""

from pathlib import Path

import pytest

from orchestration.cases import runner
from scoring.policy.case_run import evaluate
from scoring.policy.cases import load_cases
from scoring.policy.load import load_policy
from scoring.policy.new import write_set

FICTIONAL = Path(__file__).with_name("fictional")


NEW = "beacon"


@pytest.mark.parametrize(
    "source", [None, FICTIONAL, NEW], ids=["shipped", "another vendor", "skeleton"]
)
def test_every_case_holds(source: Path | str | None, tmp_path: Path) -> None:
    if source == NEW:
        source = tmp_path / NEW
        write_set(NEW, tmp_path, source)
    differences = evaluate(load_cases(source), runner(load_policy(source)), tmp_path)
    assert "\n".join(str(d) for d in differences) == ""
