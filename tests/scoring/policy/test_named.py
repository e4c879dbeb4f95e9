"""What the product's code names, compared with the policy: no number in code, no unknown name.

Belongs here: greps over SQL and Python. Does not: what the values are.
"""

import re
from pathlib import Path

from scoring.policy.load import load_policy
from scoring.policy.needs import PROGRAM, needed, needs

ROOT = Path(__file__).resolve().parents[3]
POLICY = load_policy()
PROGRAMS = [program.id for program in POLICY.programs]
CODE = sorted(
    path
    for folder in ("transforms/models", "transforms/macros", "ingest", "scoring", "dashboards")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".sql", ".py") and "demo" not in path.parts
)
COMMENT = re.compile(r"(--[^\n]*)|(\{#.*?#\})|(^\s*#[^\n]*)|(\"\"\".*?\"\"\")", re.DOTALL | re.M)


def code(path: Path) -> str:
    """A file's text without comments and docstrings."""
    return COMMENT.sub("", path.read_text("utf-8"))


def test_every_parameter_that_code_names_is_one_that_a_set_must_have() -> None:
    must = {parameter for parameter, _ in needed(POLICY)}
    ids = {parameter.id for parameter in POLICY.parameters}
    named = {
        (name, path.relative_to(ROOT).as_posix())
        for path in CODE
        for name in re.findall(r"['\"]([a-z]+\.[a-z_]+)['\"]", code(path))
        if name in ids
    }
    assert named
    assert sorted(n for n in named if n[0] not in must) == []


def test_every_parameter_that_code_names_by_its_end_comes_with_a_metric() -> None:
    ends = {p.removeprefix(PROGRAM) for ps in needs().metrics.values() for p in ps}
    named = {
        (name, path.relative_to(ROOT).as_posix())
        for path in CODE
        for name in re.findall(r"program \|\| '(\.[a-z_]+)'", code(path))
    }
    assert named
    assert sorted(n for n in named if n[0] not in ends) == []


def test_a_metric_of_the_needs_is_one_of_the_shipped() -> None:
    assert set(needs().metrics) <= {metric.id for metric in POLICY.metrics}


def test_no_program_and_no_tier_is_named_in_sql() -> None:
    words = [*PROGRAMS, *(tier.id for tier in POLICY.ladder.tiers)]
    # A coverage entity or column may share a program's word inside a longer name; a quoted one not.
    literals = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in CODE
        if path.suffix == ".sql"
        for word in words
        if f"'{word}'" in code(path)
    ]
    assert literals == []


def test_no_shipped_threshold_is_written_in_sql() -> None:
    numbers = {"100000", "100_000", "0.9"}
    literals = [
        f"{path.relative_to(ROOT)}: {number}"
        for path in CODE
        if path.suffix == ".sql"
        for number in numbers
        if re.search(rf"(?<![\w.]){re.escape(number)}(?![\w.])", code(path))
    ]
    assert literals == []
