"""The recipes of docs/changing.md, tried in a copy: what they tell a reader to write works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from ingest.judging.contract import entities
from scoring.policy.countable import countable
from scoring.policy.figure_doubts import doubts
from scoring.policy.load import load_policy, policy_dir
from tests.test_house import PROJECT, tracked

DOC = PROJECT / "docs" / "changing.md"
BLOCK = re.compile(r"```yaml (policy|contract|figure)\n(.*?)```", re.DOTALL)
# A new file whole, or lines that are added between lines that are there.
EDIT = re.compile(r"```(python|diff) (\S+)\n(.*?)```", re.DOTALL)
PACKAGES = ("ingest", "scoring", "orchestration", "dashboards", "transforms")
MACROS = ("transforms/macros/*.sql", "transforms/macros/**/*.sql")
START = "from orchestration.entry import main; main()"
ENGINES = ("duckdb", "spark", "postgres", "snowflake")


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    return dict(BLOCK.findall(DOC.read_text("utf-8")))


def edited(path: Path, diff: str) -> None:
    """Add the lines of `diff` that begin with + where the lines around them are, once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    content = path.read_text("utf-8")
    assert content.count(before) == 1, (path.name, before)
    path.write_text(content.replace(before, "".join(line[1:] for line in lines)), "utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The packages with every edit of the recipes made."""
    root = tmp_path_factory.mktemp("copy")
    for path in tracked(*(f"{package}/*" for package in PACKAGES)):
        copied = root / path.relative_to(PROJECT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)
    for kind, name, text in EDIT.findall(DOC.read_text("utf-8")):
        if kind == "python":
            assert not (root / name).exists()
            (root / name).write_text(text, "utf-8")
        else:
            edited(root / name, text)
    return root


def plumbline(copy: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The copy's own command line, at home in the copy."""
    return subprocess.run(
        [sys.executable, "-c", START, *map(str, arguments)],
        cwd=copy,
        env={**os.environ, "PLUMBLINE_HOME": str(copy), "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_file_of_the_recipes_format_is_read_and_its_fault_is_named(copy, tmp_path):
    file = tmp_path / "landing/partner_activity/partners-1.pairs"
    file.parent.mkdir(parents=True)
    good = "partner_id=P-1 name='Acme Roofing' country=DE status=active joined_on=2025-01-01\n"
    file.write_text(f"{good}nothing\n{good.replace('P-1', 'P-2')}name='open\n")
    done = plumbline(copy, "check", file, "--json")
    (entry,) = json.loads(done.stdout)["files"]
    counts = [entry[f"rows_{name}"] for name in ("read", "accepted", "quarantined")]
    assert counts == [4, 2, 2]
    assert done.stdout.count("write name=value or name='a value'") == 2


def test_a_source_of_the_recipes_kind_brings_what_is_new(copy, tmp_path):
    share = tmp_path / "share"
    share.mkdir()
    (share / "partners-2025.csv").write_text("partner_id,name\nP-1,Acme\n")
    spec = {"kind": "folder", "folder": str(share), "into": "partner_activity"}
    (copy / "plumbline.yaml").write_text(yaml.safe_dump({"sources": {"share": spec}}))
    pull = ("pull", "share", "--landing", tmp_path / "landing", "--json")
    first, second = plumbline(copy, *pull), plumbline(copy, *pull)
    assert "partner_activity/partners-2025.csv" in first.stdout
    assert "partner_activity/partners-2025.csv" not in second.stdout
    assert (tmp_path / "landing/partner_activity/partners-2025.csv").is_file()
    shutil.rmtree(share)
    assert "is it mounted?" in (third := plumbline(copy, *pull)).stdout + third.stderr


def test_every_macro_that_dispatches_has_a_body_for_every_engine():
    text = "\n".join(path.read_text("utf-8") for path in tracked(*MACROS))
    made = set(re.findall(r"\{%-? macro (\w+)\(", text))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", text))
    assert len(dispatched) > 20
    assert not [
        f"{engine}__{name}"
        for name in sorted(dispatched)
        for engine in ENGINES
        if not {f"{engine}__{name}", f"default__{name}"} & made
    ]


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
