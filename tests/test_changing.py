"""The recipes of docs/changing.md, tried: what they tell a reader to write is taken in."""

from __future__ import annotations

import re
import shutil
from datetime import date

import pytest
import yaml

from ingest.judging.contract import entities
from scoring.policy.countable import countable
from scoring.policy.figure_doubts import doubts
from scoring.policy.load import load_policy, policy_dir
from tests.test_house import PROJECT

DOC = PROJECT / "docs" / "changing.md"
BLOCK = re.compile(r"```yaml (policy|contract|figure)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    return dict(BLOCK.findall(DOC.read_text("utf-8")))


def test_the_requirement_of_the_recipe_is_taken_in(blocks, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(policy_dir(), own, ignore=shutil.ignore_patterns("cases"))
    before = len(load_policy(own).requirements)
    (own / "community.yaml").write_text(blocks["policy"], "utf-8")
    policy = load_policy(own)
    assert len(policy.requirements) == before + 1
    added = next(r for r in policy.requirements if r.id == "RESL-COMMUNITY")
    assert (added.program, added.metric) == ("reseller", "references_in_year")
    parameter = next(p for p in policy.parameters if p.id == "reseller.community_references")
    assert [v.effective_from for v in parameter.values] == [date(2000, 1, 1), date(2026, 1, 1)]


def test_the_metric_as_data_of_the_recipe_is_taken_in(blocks, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(policy_dir(), own, ignore=shutil.ignore_patterns("cases"))
    (own / "references.yaml").write_text(blocks["figure"], "utf-8")
    added = next(m for m in load_policy(own).metrics if m.figure is not None)
    assert added.reads == {"customer_references": "state"}
    doubtful = {kind for kind, _, _ in doubts(added.figure, countable()["customer_references"])}
    assert doubtful == {"offered", "accepted"}


def test_the_entity_of_the_recipe_is_a_new_one_in_the_contracts_own_form(blocks):
    """Its types are types that the contract knows, and its key is among its columns."""
    (source, made), *_ = yaml.safe_load(blocks["contract"]).items()
    known = {spec.source for spec in entities()}
    assert source in known
    for name, spec in made.items():
        assert name not in {each.name for each in entities()}
        assert set(spec["key"]) <= set(spec["columns"])


def test_what_the_recipes_name_is_there():
    text = DOC.read_text("utf-8")
    for path in re.findall(r"`((?:scoring|ingest|transforms|dashboards)/[^`<*]+)`", text):
        assert (PROJECT / path.split("(")[0]).exists(), path
