"""The policy compared with its clauses: what enforces each, and which cases show both its sides.

Belongs here: the coverage table and its problems. Does not: running a case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scoring.policy.cases import CaseSet, load_cases, rule_of, shown_sides
from scoring.policy.load import load_policy
from scoring.policy.model import Clause, PolicySet
from scoring.vocabulary import Status

MET = frozenset({Status.MET})
NOT_MET = frozenset({Status.NOT_MET})


@dataclass(frozen=True)
class ClauseCoverage:
    """One clause: its kind, what holds it, and the cases in which it is met and missed."""

    clause: str
    document: str
    section: str
    strength: str
    kind: str
    enforced_by: tuple[str, ...]
    meets: tuple[str, ...]
    misses: tuple[str, ...]
    problem: str

    def as_row(self) -> dict[str, Any]:
        """The columns by name, for tables and JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Coverage:
    """Rows in the order of the clauses, and every reason why the policy is not covered."""

    rows: tuple[ClauseCoverage, ...]
    problems: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing; `plumbline policy coverage` exits 1 when not."""
        return not self.problems


def coverage_of(name_or_dir: str | Path | None = None) -> Coverage:
    """The coverage of a set by its own cases; None is the default set."""
    return coverage(load_policy(name_or_dir), load_cases(name_or_dir))


def coverage(policy: PolicySet, cases: CaseSet) -> Coverage:
    """Compare a set with its clauses and with cases."""
    meets, misses = _sides(policy, cases)
    rows = tuple(_row(clause, meets, misses) for clause in policy.clauses)
    problems = [f"{row.clause}: {row.problem}" for row in rows if row.problem]
    problems += _missing_clauses(policy) + _one_sided_rules(policy, cases)
    known = {clause.id for clause in policy.clauses}
    for clause in sorted(({*meets} | {*misses}) - known):
        name = (meets.get(clause) or misses.get(clause) or [""])[0]
        problems.append(f"{clause}: case {name} shows it, and the policy has no such clause")
    return Coverage(rows, tuple(problems))


def _sides(policy: PolicySet, cases: CaseSet) -> tuple[dict[str, list], dict[str, list]]:
    meets: dict[str, list[str]] = defaultdict(list)
    misses: dict[str, list[str]] = defaultdict(list)
    for case in cases.cases:
        met, missed = shown_sides(case, policy)
        for clause in met:
            meets[clause].append(case.case)
        for clause in missed:
            misses[clause].append(case.case)
    return meets, misses


def _row(clause: Clause, meets: dict[str, list], misses: dict[str, list]) -> ClauseCoverage:
    sides = (meets.get(clause.id, []), misses.get(clause.id, []))
    return ClauseCoverage(
        clause=clause.id,
        document=clause.document,
        section=clause.section,
        strength=clause.strength,
        kind=clause.kind,
        enforced_by=tuple(clause.enforced_by.named()),
        meets=tuple(sides[0]),
        misses=tuple(sides[1]),
        problem=_problem(clause, *sides),
    )


def _problem(clause: Clause, meets: list[str], misses: list[str]) -> str:
    """Why a clause is not covered, or ''; an informational clause needs no cover."""
    if clause.kind == "human" and not clause.enforced_by.records:
        return "a person decides, and no record says where; name it under enforced_by: records"
    if clause.kind != "rule":
        return ""
    lacking = [side for side, cases in (("meets", meets), ("misses", misses)) if not cases]
    if lacking:
        return f"no case {' or '.join(lacking)} it; write one beside the rule"
    return ""


def _missing_clauses(policy: PolicySet) -> list[str]:
    """Documents with fewer clauses than the statements that were counted in them."""
    counts = Counter(clause.document for clause in policy.clauses)
    return [
        f"{source.id}: {counts[source.id]} clauses of {source.statements} statements counted in "
        "it; add what is missing, or correct the count"
        for source in policy.documents
        if source.statements is not None and counts[source.id] != source.statements
    ]


def _one_sided_rules(policy: PolicySet, cases: CaseSet) -> list[str]:
    """Requirements and criteria without a case on each side of their threshold."""
    shown: dict[str, set[str]] = defaultdict(set)
    for case in cases.cases:
        for rows in case.expect.values():
            for row in rows:
                shown[rule_of(row)].add(str(row.get("status")))
    tiers = policy.ladder.tiers if policy.ladder else ()
    rules = [r.id for r in policy.requirements]
    # Everyone in the ledger is on the first rung, so its criteria can never be missed.
    rules += [f"{t.id}/{c.id}" for t in tiers[1:] for c in t.criteria if not c.inherited]
    return [
        f"{rule}: no case in which it is {side}; write one beside the rule"
        for rule in rules
        for side, statuses in (("met", MET), ("not met", NOT_MET))
        if not shown[rule] & statuses
    ]
