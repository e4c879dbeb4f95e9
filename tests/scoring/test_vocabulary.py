"""The closed lists of values: SQL's literals are compared with those of scoring/vocabulary.py."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

import pytest

from scoring.policy.values import Status as PolicyStatus
from scoring.policy.values import Strength as PolicyStrength
from scoring.vocabulary import (
    Action,
    Certainty,
    Movement,
    Standing,
    Status,
    Strength,
    Subject,
)
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
    ("policy.requirements", "strength", Strength),
    ("decisions.changes", "kind", Subject),
]
# A column that holds a value of a list, as a key of a row's dictionary or as an argument.
COLUMNS = {"status", "movement", "outcome", "strength", "recommended_action", "after", "kind"}
LISTS = (Status, Standing, Movement, Action, Certainty, Strength)


@pytest.mark.parametrize(("table", "column", "values"), PUBLISHED)
def test_a_published_column_speaks_in_its_list_alone(demo_con, table, column, values):
    rows = demo_con.execute(f"select distinct {column} from {table}").fetchall()
    assert rows
    assert {value for (value,) in rows} <= {*values}


def test_the_policys_statuses_are_the_certainties():
    assert get_args(PolicyStatus) == tuple(Certainty)
    assert get_args(PolicyStrength) == tuple(Strength)


def constants(node: ast.expr) -> Iterator[ast.Constant]:
    """The constant itself, or those of a tuple, list or set."""
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from constants(each)


def stated(tree: ast.AST) -> Iterator[tuple[ast.Constant, bool]]:
    """The constants that are compared with something or stand for a column's value, and whether
    that is a column called kind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            of_kind = "kind" in ast.unparse(node.left)
            for side in (node.left, *node.comparators):
                yield from ((each, of_kind) for each in constants(side))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in COLUMNS:
                    yield from ((each, key.value == "kind") for each in constants(value))
        elif isinstance(node, ast.keyword) and node.arg in COLUMNS:
            yield from ((each, node.arg == "kind") for each in constants(node.value))


def test_code_takes_the_values_from_the_lists():
    literal = []
    for path in tracked("scoring/**.py", "dashboards/**.py", "orchestration/**.py"):
        for each, of_kind in stated(ast.parse(path.read_text("utf-8"))):
            values = {*Subject} if of_kind else {value for one in LISTS for value in one}
            if each.value in values:
                literal.append(f"{path.name}:{each.lineno}: {each.value}")
    assert literal == []


def literals(*patterns: str) -> set[str]:
    """The values that a `case ... end as status` of those files gives."""
    values: set[str] = set()
    for path in tracked(*patterns):
        for case in CASE.findall(path.read_text("utf-8")):
            values |= set(VALUE.findall(case))
    return values


def test_the_models_write_statuses_that_are_in_the_list():
    written = literals(*(JUDGING.format(end) for end in JUDGED))
    written |= literals("transforms/models/marts/compliance/fct_requirement_results.sql")
    # The branches of one such case are a macro, beside words that are no statuses.
    [judge] = tracked("transforms/macros/judge.sql")
    written |= set(VALUE.findall(judge.read_text("utf-8"))) & {*Status}
    assert written == {*Status}
    rolled_up = literals("transforms/models/marts/compliance/fct_program_compliance.sql")
    assert rolled_up and rolled_up <= {*Standing}
