"""Worked cases of a policy set: facts in, the published rows that must come out.

Belongs here: the shape of a case and reading its YAML. Does not: making landing rows of the facts
(`case_facts.py`) and running them (`case_run.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from scoring.policy.files import yaml_files
from scoring.policy.frozen import Frozen
from scoring.policy.load import policy_dir
from scoring.policy.model import PolicySet
from scoring.policy.sections import parse
from scoring.policy.values import Words
from scoring.policy.yaml_lines import Document, PolicyError, fault, read
from scoring.published import PublishedTable
from scoring.published import published as published_table
from scoring.vocabulary import Status

Rows = list[dict[str, Any]]
# The status of an expected row that shows a clause on one side, of results and of benefits.
MEETS = (Status.MET, Status.WAIVED, "entitled", "on_request", "by_invitation")
MISSES = (Status.NOT_MET, "not_entitled")


def _rows(value: object) -> object:
    """One row may stand without its dash."""
    if not isinstance(value, dict):
        return value
    return {name: [rows] if isinstance(rows, dict) else rows for name, rows in value.items()}


class Case(Frozen):
    """One worked case.

    `given` holds facts by entity (partial rows) and the short forms of `case_facts.py`; `base`
    names groups of ordinary facts laid under them; `expect` holds rows by published table.
    `meets` and `misses` are the clauses whose sides the case shows beyond what its expected
    requirements and criteria say; `guards` the parameters that it would notice, likewise.
    """

    case: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
    says: str
    base: Words = ()
    landing: Literal["whole", "bare"] = "whole"
    given: dict[str, Any]
    expect: Annotated[dict[str, Rows], BeforeValidator(_rows)]
    meets: Words = ()
    misses: Words = ()
    guards: Words = ()


class Ordinary(Frozen):
    """What holds in every case unless it says otherwise, by entity; and the shared calendar.

    `accepted` are nudges of the policy that no case can notice, each with the reason.
    """

    year: Any
    received_at: str
    covered_months: dict[str, str]
    rates: dict[date, dict[str, Any]]
    defaults: dict[str, dict[str, Any]]
    bases: dict[str, dict[str, Any]]
    accepted: dict[str, str]


@dataclass(frozen=True)
class CaseSet:
    """The cases of a set in the order of their files, with the place of each for messages."""

    cases: tuple[Case, ...]
    ordinary: Ordinary
    places: dict[str, tuple[Path, int]]

    @property
    def year(self) -> int:
        """The assessed year of the one run that all cases share."""
        return int(self.ordinary.year)


def load_cases(name_or_dir: str | Path | None = None) -> CaseSet:
    """Read `cases/*.yaml` of a set; PolicyError names file, line and remedy."""
    directory = policy_dir(str(name_or_dir) if name_or_dir else None) / "cases"
    ordinary_file = directory / "ordinary.yaml"
    if not ordinary_file.exists():
        raise PolicyError(f"{directory}: no cases; write ordinary.yaml and one file per topic")
    ordinary = read(ordinary_file)
    cases: list[Case] = []
    places: dict[str, tuple[Path, int]] = {}
    for file in yaml_files(directory):
        if file != ordinary_file:
            _read_topic(read(file), cases, places)
    return CaseSet(tuple(cases), parse(Ordinary, ordinary.value, ordinary, ()), places)


def _read_topic(document: Document, cases: list[Case], places: dict) -> None:
    for i, item in enumerate(document.value["cases"]):
        case = parse(Case, item, document, ("cases", i))
        line = document.line(("cases", i))
        if case.case in places:
            other, other_line = places[case.case]
            raise fault(
                document.file,
                line,
                f"case {case.case} stands twice",
                f"{other}:{other_line} has it",
            )
        for name in case.expect:
            if find_table(name) is None:
                raise fault(
                    document.file,
                    document.line(("cases", i, "expect", name)),
                    f"{case.case}: no published table {name!r}",
                    "name a table of the published list, without its schema",
                )
        places[case.case] = (document.file, line)
        cases.append(case)


def find_table(name: str) -> PublishedTable | None:
    """The published table called `name`, or None."""
    try:
        return published_table(name)
    except KeyError:
        return None


def shown_sides(case: Case, policy: PolicySet) -> tuple[set[str], set[str]]:
    """The clauses that a case shows as met, and as not met.

    From its expected requirements, criteria, benefits and reasons, and what it says itself.
    """
    meets, misses = set(case.meets), set(case.misses)
    clause_of: dict[str, str | None] = {r.id: r.clause for r in policy.requirements}
    tiers = policy.ladder.tiers if policy.ladder else ()
    clause_of |= {f"{t.id}/{c.id}": c.clause for t in tiers for c in t.criteria}
    clause_of |= {b.id: b.clause for b in policy.benefits}
    for rows in case.expect.values():
        for row in rows:
            clause = clause_of.get(rule_of(row))
            status = row.get("status")
            if clause and status in MEETS:
                meets.add(clause)
            elif clause and status in MISSES:
                misses.add(clause)
            misses |= set(row.get("reasons") or ())
    return meets, misses


def rule_of(row: dict[str, Any]) -> str:
    """The id of the requirement, criterion or benefit that an expected row is about, or ''."""
    if "criterion" in row:
        return f"{row.get('tier')}/{row['criterion']}"
    return str(row.get("requirement") or row.get("benefit") or "")


def guarded(case: Case, policy: PolicySet) -> set[str]:
    """The parameters whose change a case should notice: its rules' thresholds, and its own list."""
    threshold = {r.id: r.threshold for r in policy.requirements}
    tiers = policy.ladder.tiers if policy.ladder else ()
    threshold |= {f"{t.id}/{c.id}": c.threshold for t in tiers for c in t.criteria}
    rows = [row for rows in case.expect.values() for row in rows]
    ruling = (threshold.get(rule_of(row)) for row in rows)
    return {*case.guards, *(parameter for parameter in ruling if parameter)}
