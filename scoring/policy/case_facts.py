"""The facts of a case as landing rows: ids made its own, gaps filled, short forms spelt out.

Belongs here: one case to rows by entity. Does not: files, and what comes out of them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from ingest.judging.contract import entities, entity
from scoring.policy.cases import Case, CaseSet, Ordinary
from scoring.policy.yaml_lines import PolicyError

PARTNER = "p"
# Columns that hold the id of a landed row although their name does not end like one.
ALSO_IDS = {"blocked_by"}
LandingRows = dict[str, list[dict[str, Any]]]


@cache
def id_columns() -> frozenset[str]:
    """Columns that hold an id: two cases may use the same short one, so each gets its case's."""
    named = {c.name for e in entities() for c in e.columns if c.name.endswith("_id")}
    return frozenset(named | ALSO_IDS | {"direct_opportunity_id"})


def own_id(case: str, local: Any) -> str:
    """The landed form of a case's short id: the case's name for its main partner, else an id that
    begins with it."""
    return case if local == PARTNER else f"{case}.{local}"


def own(case: str, column: str, value: Any) -> Any:
    """A value as it lands: ids made the case's own, `{case}` in texts replaced by its name."""
    if isinstance(value, list | tuple):
        return [own(case, column, item) for item in value]
    if value is not None and column in id_columns():
        return own_id(case, value)
    return value.replace("{case}", case) if isinstance(value, str) else value


def landing_rows(cases: CaseSet, landing: str = "whole") -> LandingRows:
    """Rows by entity of every case of one landing zone, in the order of the cases."""
    rows: LandingRows = {}
    for case in cases.cases:
        if case.landing == landing:
            for name, members in case_rows(case, cases).items():
                rows.setdefault(name, []).extend(members)
    return rows


def case_rows(case: Case, cases: CaseSet) -> LandingRows:
    """Rows by entity of one case; PolicyError for a fact that no entity and no short form knows."""
    facts = _with_bases(case, cases)
    rows: LandingRows = {}
    for name, value in facts.items():
        spelt = SHORT_FORMS[name](value) if name in SHORT_FORMS else {name: value}
        for target, members in spelt.items():
            rows.setdefault(target, []).extend(dict(member) for member in members)
    return {n: list(_finished(case, n, r, cases.ordinary)) for n, r in rows.items()}


def _with_bases(case: Case, cases: CaseSet) -> dict[str, Any]:
    """The case's facts with those of its bases: a later base, and then the case itself, replaces an
    entity's facts as a whole."""
    facts: dict[str, Any] = {}
    for base in case.base:
        if base not in cases.ordinary.bases:
            raise _unknown(case, cases, f"no base {base!r}", ", ".join(cases.ordinary.bases))
        facts |= cases.ordinary.bases[base]
    facts |= case.given
    known = {e.name for e in entities()} | set(SHORT_FORMS)
    for name in facts:
        if name not in known:
            raise _unknown(case, cases, f"unknown fact {name!r}", "use an entity's name")
    return facts


def _finished(case: Case, name: str, rows: list[dict], ordinary: Ordinary) -> Iterator[dict]:
    spec = entity(name)
    columns = {c.name for c in spec.columns}
    for number, row in enumerate(rows, start=1):
        if unknown := set(row) - columns:
            raise PolicyError(
                f"case {case.case}: {name} has no column {', '.join(sorted(unknown))}"
            )
        filled = {c.name: None for c in spec.columns} | ordinary.defaults.get(name, {})
        for key in spec.key:
            if key in id_columns() and filled[key] is None:
                filled[key] = f"{name}-{number}"
        if "partner_id" in columns:
            filled["partner_id"] = PARTNER
        yield {key: own(case.case, key, value) for key, value in {**filled, **row}.items()}


def _enrolled(programs: dict[str, Any]) -> LandingRows:
    """`enrolled: {reseller: 2024-01-15}`: the partner, applied and enrolled that day."""
    return _partner(PARTNER, programs)


def _others(partners: dict[str, dict[str, Any]]) -> LandingRows:
    """`others: {rival: {reseller: 2024-01-01}}`: further partners of the case."""
    rows: LandingRows = {"partners": [], "enrollments": []}
    for partner, programs in partners.items():
        for name, members in _partner(partner, programs).items():
            rows[name] += members
    return rows


def _partner(partner: str, programs: dict[str, Any]) -> LandingRows:
    enrollments = [
        {
            "partner_id": partner,
            "program": program,
            "enrolled_on": day,
            "application_completed_on": day,
        }
        for program, day in programs.items()
    ]
    row = {"partner_id": partner, "name": f"Partner {partner} of {{case}}"}
    return {"partners": [row], "enrollments": enrollments}


def _monthly_reports(span: dict[str, Any]) -> LandingRows:
    """`monthly_reports: {from: 2024-12, to: 2025-11, received_day: 10}`: one in each next month."""
    reports = []
    for first in months(span["from"], span["to"]):
        after = months_on(first, 1)
        reports.append(
            {
                "report_month": f"{first:%Y-%m}",
                "received_on": after.replace(day=int(span["received_day"])),
            }
        )
    return {"reports": reports}


def _usage(spans: list[dict[str, Any]]) -> LandingRows:
    """`usage: [{app_id, from, to, customers, methods}]`: a call per month, customer, method."""
    rows: LandingRows = {"installations": [], "usage_events": []}
    for place, span in enumerate(spans, start=1):
        app = span["app_id"]
        for number in range(1, int(span["customers"]) + 1):
            company = f"company-{number}"
            rows["installations"].append(
                {
                    "installation_id": f"{app}-{place}-{number}",
                    "app_id": app,
                    "company_id": company,
                    "installed_at": f"{span['from']}-01T08:00:00Z",
                }
            )
            rows["usage_events"] += [
                {
                    "app_id": app,
                    "company_id": company,
                    "occurred_at": f"{first:%Y-%m}-15T20:00:00Z",
                    "http_method": method,
                }
                for first in months(span["from"], span["to"])
                for method in span.get("methods", ["GET"])
            ]
    return rows


SHORT_FORMS: dict[str, Callable[[Any], LandingRows]] = {
    "enrolled": _enrolled,
    "others": _others,
    "monthly_reports": _monthly_reports,
    "usage": _usage,
}


def months(first: str, last: str) -> Iterable[date]:
    """First days of the months from `first` to `last`, both YYYY-MM and included."""
    day = date.fromisoformat(f"{first}-01")
    while f"{day:%Y-%m}" <= last:
        yield day
        day = months_on(day, 1)


def months_on(day: date, count: int) -> date:
    """The same day `count` months on, or the month's last where that day does not exist."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _unknown(case: Case, cases: CaseSet, problem: str, remedy: str) -> PolicyError:
    file, line = cases.places[case.case]
    return PolicyError(f"{file}:{line}: {case.case}: {problem}; {remedy}")
