"""What a run that stops says of the models and tests that failed."""

from typing import Any, cast

import dagster as dg
import pytest

from orchestration.dbt import NodeResult
from orchestration.defs.failures import DECIDED_FROM, settle

USAGE, TEST = "model.plumbline.usage_by_month", "test.plumbline.usage_adds_up"
TIERS = f"model.plumbline.{DECIDED_FROM[0].path[-1]}"


def test_the_model_that_failed_is_named_before_a_test_that_reads_it():
    models = {
        name: {"resource_type": "model", "name": name.split(".")[2], "depends_on": {"nodes": []}}
        for name in (USAGE, TIERS)
    }
    test = {"resource_type": "test", "depends_on": {"nodes": [USAGE, TIERS]}}
    manifest = {"nodes": models | {TEST: test}, "parent_map": {USAGE: [], TIERS: []}}
    results = [
        NodeResult(TEST, "error", "no table usage_by_month", 0.1, None),
        NodeResult(USAGE, "error", "Conversion Error: a sum does not fit", 0.1, None),
    ]
    with pytest.raises(dg.Failure) as stopped:
        settle(cast(Any, None), manifest, results)
    lines = (stopped.value.description or "").splitlines()
    assert lines[1] == f"{USAGE}: Conversion Error: a sum does not fit"
    assert lines[2].startswith(TEST)
