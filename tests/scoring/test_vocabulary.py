"""The closed lists of values: SQL's literals are held against those of scoring/vocabulary.py."""

import re
from typing import get_args

import pytest

from scoring.policy.values import Status as PolicyStatus
from scoring.vocabulary import Action, Certainty, Movement, Standing, Status
from tests.test_house import tracked

# What a `case` gives that is named `status`, and the values in it.
CASE = re.compile(r"\bcase\b((?:(?!\bcase\b).)*?)\bend as (?:\w+_)?status\b", re.S)
VALUE = re.compile(r"\b(?:then|else) '(\w+)'")
JUDGING = "transforms/models/**/*{}.sql"
JUDGED = ("__metrics", "__values", "__standing", "__ladder", "__judged")
PUBLISHED = [
    ("marts.fct_requirement_results", "status", Status),
    ("marts.fct_tier_eligibility", "status", Status),
    ("marts.fct_program_compliance", "status", Standing),
    ("decisions.tier_assignments", "movement", Movement),
    ("decisions.governance_reviews", "outcome", Standing),
    ("decisions.governance_reviews", "recommended_action", Action),
    ("policy.parameters", "status", Certainty),
]


@pytest.mark.parametrize(("table", "column", "values"), PUBLISHED)
def test_a_published_column_speaks_in_its_list_alone(demo_con, table, column, values):
    rows = demo_con.execute(f"select distinct {column} from {table}").fetchall()
    assert rows
    assert {value for (value,) in rows} <= {*values}


def test_the_policys_statuses_are_the_certainties():
    assert get_args(PolicyStatus) == tuple(Certainty)


def literals(*patterns: str) -> set[str]:
    """The values that a `case ... end as status` of those files gives."""
    found: set[str] = set()
    for path in tracked(*patterns):
        for case in CASE.findall(path.read_text("utf-8")):
            found |= set(VALUE.findall(case))
    return found


def test_the_models_write_statuses_that_are_in_the_list():
    written = literals(*(JUDGING.format(end) for end in JUDGED))
    written |= literals("transforms/models/marts/compliance/fct_requirement_results.sql")
    # The branches of one such case are a macro, beside words that are no statuses.
    [judge] = tracked("transforms/macros/judge.sql")
    written |= set(VALUE.findall(judge.read_text("utf-8"))) & {*Status}
    assert written == {*Status}
    rolled_up = literals("transforms/models/marts/compliance/fct_program_compliance.sql")
    assert rolled_up and rolled_up <= {*Standing}
