"""Does any case notice when the policy is nudged? The mutation check of a set's own cases.

Belongs here: judging each nudge from the cases. Does not: the nudges (`mutants.py`), and the
pipeline, which comes as two callables.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb

from scoring.policy.case_run import WAREHOUSE, Runner, compare_cases, evaluate, same
from scoring.policy.cases import Case, CaseSet, guarded, rule_of
from scoring.policy.model import PolicySet, Rule
from scoring.policy.mutants import Mutant, mutants, rules
from scoring.policy.yaml_lines import PolicyError
from scoring.vocabulary import Status

# (warehouse, policy): compute everything after the landing again, under that policy.
Rebuild = Callable[[Path, PolicySet], None]
JUDGED = ("fct_requirement_results", "fct_tier_eligibility")
Judgements = dict[tuple[str, str], list[dict[str, Any]]]


@dataclass(frozen=True)
class MutationReport:
    """What became of each nudge; `unnoticed` is what `plumbline policy mutate` fails on."""

    noticed: tuple[str, ...]
    unnoticed: tuple[str, ...]
    accepted: tuple[tuple[str, str], ...]


def mutate(
    policy: PolicySet,
    cases: CaseSet,
    run: Runner,
    rebuild: Rebuild,
    work: Path,
    exact: bool = False,
) -> MutationReport:
    """Nudge `policy` in every place and report which nudges no case notices.

    A threshold or comparator is judged from the values that one run computed; what enters a metric
    is rebuilt, several nudges at once when the cases that guard them are different ones (`exact`:
    one at a time, so that no nudge can hide behind another). PolicyError when a case fails before
    anything was nudged.
    """
    if differences := evaluate(cases, run, work):
        raise PolicyError(
            f"{len(differences)} differences before any nudge, the first: {differences[0]}; "
            "make the cases hold first"
        )
    base = work / "whole" / WAREHOUSE
    judged = _judgements(base)
    guards = {m.label: guarding(m, policy, cases) for m in mutants(policy)}
    outcome: dict[str, bool] = {}
    rebuilds: list[Mutant] = []
    for mutant in mutants(policy):
        answer = _from_values(mutant, policy, guards[mutant.label], judged)
        if answer is None and guards[mutant.label]:
            rebuilds.append(mutant)
        outcome[mutant.label] = bool(answer)
    for number, batch in enumerate(batches(rebuilds, guards, exact)):
        folder = work / f"batch-{number}"
        for mutant in _noticed_in(batch, policy, guards, cases, base, folder, rebuild):
            outcome[mutant.label] = True
    return _report(policy, outcome, cases)


def _report(policy: PolicySet, outcome: dict[str, bool], cases: CaseSet) -> MutationReport:
    accepted, unnoticed = [], []
    reasons = cases.ordinary.accepted
    for mutant in mutants(policy):
        if outcome[mutant.label]:
            continue
        reason = next((why for key, why in reasons.items() if _matches(mutant, key)), None)
        if reason:
            accepted.append((mutant.label, reason))
        else:
            unnoticed.append(mutant.label)
    noticed = tuple(label for label, is_noticed in outcome.items() if is_noticed)
    return MutationReport(noticed, tuple(unnoticed), tuple(accepted))


def _matches(mutant: Mutant, key: str) -> bool:
    """Whether an accepted nudge is this one; `today.*` stands for every parameter of a topic."""
    return mutant.label == key or fnmatchcase(mutant.subject, key)


def guarding(mutant: Mutant, policy: PolicySet, cases: CaseSet) -> tuple[Case, ...]:
    """The cases that should notice a nudge: they guard its subject, or judge its rule."""
    return tuple(
        case
        for case in cases.cases
        if case.landing == "whole"
        and (
            mutant.subject in guarded(case, policy)
            or any(rule_of(row) == mutant.rule for row in _expected(case))
        )
    )


def batches(
    rebuilds: Iterable[Mutant], guards: dict[str, tuple[Case, ...]], exact: bool
) -> list[list[Mutant]]:
    """Nudges that can share a rebuild: no case guards two of them, and no subject occurs twice."""
    formed: list[tuple[list[Mutant], set[str]]] = []
    for mutant in rebuilds:
        names = {case.case for case in guards[mutant.label]} | {mutant.subject}
        for members, taken in formed:
            if not exact and not names & taken:
                members.append(mutant)
                taken |= names
                break
        else:
            formed.append(([mutant], set(names)))
    return [members for members, _ in formed]


def _noticed_in(
    batch: list[Mutant],
    policy: PolicySet,
    guards: dict[str, tuple[Case, ...]],
    cases: CaseSet,
    base: Path,
    folder: Path,
    rebuild: Rebuild,
) -> list[Mutant]:
    changed = policy
    for mutant in batch:
        changed = mutant.change(changed)
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = folder / WAREHOUSE
    shutil.copyfile(base, warehouse)
    try:
        rebuild(warehouse, changed)
        with duckdb.connect(str(warehouse), read_only=True) as con:
            return [m for m in batch if compare_cases(con, guards[m.label], cases.places)]
    finally:
        shutil.rmtree(folder)


def _judgements(warehouse: Path) -> Judgements:
    """Judged rows by (partner, rule), as the run published them."""
    judged: Judgements = {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for table in JUDGED:
            rows = con.sql(f"from marts.{table}")
            for values in rows.fetchall():
                row = dict(zip(rows.columns, values, strict=True))
                judged.setdefault((row["partner_id"], rule_of(row)), []).append(row)
    return judged


def _from_values(
    mutant: Mutant, policy: PolicySet, guards: tuple[Case, ...], judged: Judgements
) -> bool | None:
    """Whether a case notices a nudged threshold or comparator; None when only a rebuild can show
    it."""
    held = {
        name: rule
        for name, rule in rules(policy).items()
        if name == mutant.rule or (mutant.parameter and rule.threshold == mutant.parameter)
    }
    if not held:
        return None
    sure, changed = True, mutant.change(policy)
    for case in guards:
        for expected in _expected(case):
            name = rule_of(expected)
            if name not in held or expected.get("status") not in (Status.MET, Status.NOT_MET):
                continue
            status = _status_after(
                held[name], rules(changed)[name], changed, case, expected, judged
            )
            if status is None:
                sure = False
            elif status != expected["status"]:
                return True
    return False if sure else None


def _status_after(
    rule: Rule,
    nudged: Rule,
    changed: PolicySet,
    case: Case,
    expected: dict[str, Any],
    judged: Judgements,
) -> str | None:
    """The status of an expected row under the nudge; None when its value is not published."""
    partner = expected.get("partner_id", "p")
    key = (case.case if partner == "p" else f"{case.case}.{partner}", rule_of(expected))
    period = "period" if "period" in expected else "year"
    # A step within the year names a period instead of a year, so it has no row here and no value.
    of_key = (row for row in judged.get(key, []) if period in row)
    rows = [row for row in of_key if same(str(row[period]), expected[period])]
    if len(rows) != 1 or rows[0]["value"] is None or rows[0]["threshold"] is None:
        return None
    row = rows[0]
    threshold = row["threshold"]
    # An expected threshold, and one from the partner's own agreement, are not the policy's.
    if rule.threshold and row.get("threshold_source") in (None, "policy"):
        threshold = changed.value_at(rule.threshold, _end(changed, str(row[period])))
    return Status.MET if nudged.comparator.holds(row["value"], threshold) else Status.NOT_MET


def _end(policy: PolicySet, period: str) -> date:
    """The last day of a period named `2025` or `2025-H1`."""
    year, _, suffix = period.partition("-")
    ends = {review.suffix: review.ends for review in policy.review_periods}
    return date.fromisoformat(f"{year}-{ends.get(suffix, '12-31')}")


def _expected(case: Case) -> list[dict[str, Any]]:
    return [row for rows in case.expect.values() for row in rows]
