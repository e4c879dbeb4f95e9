"""Evaluates a suite without Great Expectations, for `check`, which must answer quickly.

Belongs here: the two kinds of expectation that suites are made of, on plain values. Does not: the
suites (YAML), or what lands, which Great Expectations judges; a test checks that both agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.deliveries.settings import Settings
from ingest.expectations.suites import CheckResult, applies, filled, sentence_of, suite

Facts = Mapping[str, Any]
"""A delivery as `profile.facts` gives it, by the names of its columns."""


def _holds(expectation: Mapping[str, Any], facts: Facts, settings: Settings) -> bool:
    if "where" in expectation:
        where = expectation["where"]
        if facts[where["column"]] < filled(where["at_least"], settings):
            return True
    kwargs = {name: filled(value, settings) for name, value in expectation["kwargs"].items()}
    value = facts[kwargs["column"]]
    if expectation["type"] == "expect_column_values_to_be_null":
        return value is None
    if expectation["type"] != "expect_column_values_to_be_between":
        raise ValueError(f"{expectation['name']}: {expectation['type']} is not read here")
    if value is None:
        return True
    least, most = kwargs.get("min_value"), kwargs.get("max_value")
    return (least is None or value >= least) and (most is None or value <= most)


def judge_plainly(source: str, rows: Sequence[Facts], settings: Settings) -> list[CheckResult]:
    """As ingest.expectations.suites.judge_deliveries, of the same rows."""
    results = []
    for expectation in suite(source)["expectations"] if rows else []:
        if not applies(expectation, settings):
            continue
        failing = {
            r["delivery_id"]: r["file"] for r in rows if not _holds(expectation, r, settings)
        }
        results.append(
            CheckResult(
                name=f"{source or 'landing'}.{expectation['name']}",
                passed=not failing,
                severity=expectation["severity"],
                sentence=sentence_of(expectation, sorted(failing), failing),
                source=source,
                failing=tuple(sorted(failing)),
            )
        )
    return results
