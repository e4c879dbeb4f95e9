"""A source's suite of expectations, run over one row for each new delivery.

Belongs here: reading suites, running Great Expectations, naming what failed. Does not: the facts
about a delivery (profile.py), or what happens to a refused one (land.py).
"""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.deliveries.settings import Settings
from ingest.packaged import packaged_yaml
from ingest.shortcuts import Shortcut, is_off

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent
COMMON = "every_delivery"
CRITICAL = "critical"
# Modules for expectations about distributions, which no suite here has: a third of the time that
# Great Expectations takes to load.
STATISTICS = "scipy.stats"


@dataclass(frozen=True)
class CheckResult:
    """One expectation over the new deliveries of a source, or one check of the landed tables.

    severity is `critical` (what fails is refused), `warning` or `info`; `failing` are the ids of
    the deliveries that fail, `sentence` says in plain words what holds or which files fail.
    """

    name: str
    passed: bool
    severity: str
    sentence: str
    source: str = ""
    failing: tuple[str, ...] = ()


@cache
def suite(source: str) -> dict[str, Any]:
    """The suite of a source as data: `moments` and all its `expectations`, common ones first."""
    common = packaged_yaml(FOLDER / f"{COMMON}.yaml")
    path = FOLDER / f"{source}.yaml"
    own = packaged_yaml(path) if path.is_file() else {}
    return {
        "moments": own.get("moments", {}),
        "expectations": common["expectations"] + own.get("expectations", []),
    }


def filled(value: Any, settings: Settings) -> Any:
    """The value with each `$` and name of a setting replaced by the policy's value."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    setting = getattr(settings, value[1:])
    return float(setting) if isinstance(setting, Decimal) else setting


def _limited(frame: pd.DataFrame, expectation: dict[str, Any], settings: Settings) -> pd.Series:
    """The column that an expectation is about; `where` limits it to deliveries with at least that
    many rows, and of others there is nothing to judge, as where a value is missing.

    Great Expectations has row conditions for this, each of which costs it as much as the rest of
    the expectation.
    """
    column = frame[expectation["kwargs"]["column"]]
    if "where" not in expectation:
        return column
    where = expectation["where"]
    return column.where(frame[where["column"]] >= filled(where["at_least"], settings))


def applies(expectation: dict[str, Any], settings: Settings) -> bool:
    """Whether an expectation can be judged: one with a policy value needs a policy."""
    arguments = [*expectation["kwargs"].values(), expectation.get("where", {}).get("at_least")]
    named = [value for value in arguments if isinstance(value, str) and value.startswith("$")]
    return all(getattr(settings, value[1:]) is not None for value in named)


def library() -> Any:
    """Great Expectations, loaded: that takes seconds, so only when there is a need for it."""
    # It must not report its use to anyone.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    collecting = gc.isenabled()
    # An import allocates much and frees nothing: collecting garbage meanwhile would waste a second.
    gc.disable()
    try:
        put_off(STATISTICS)
        import great_expectations
    finally:
        if collecting:
            gc.enable()
    # Its notices about its own folders are of no use at a terminal; it sets the level of the module
    # that writes them while it loads.
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return great_expectations


def put_off(name: str) -> None:
    """Let a module load when something of it is first asked for, unless it is loaded already.

    A run without this shortcut leaves it as it is.
    """
    if name in sys.modules or is_off(Shortcut.STATISTICS):
        return
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    parent, _, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, module)


@cache
def _new_deliveries() -> Any:
    """Great Expectations' definition of a batch, whose context is made once in a process."""
    context = library().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("landing").add_dataframe_asset("deliveries")
    return asset.add_batch_definition_whole_dataframe("new")


def _validate(
    frame: pd.DataFrame, expectations: Sequence[dict[str, Any]], settings: Settings
) -> Any:
    new = _new_deliveries()
    from great_expectations import ExpectationSuite
    from great_expectations.expectations import expectation_configuration as configurations

    judged = frame[["delivery_id"]].copy()
    suite_ = ExpectationSuite(name="deliveries")
    for expectation in expectations:
        # A column of its own, since two expectations may limit one differently.
        judged[expectation["name"]] = _limited(frame, expectation, settings)
        kwargs = {name: filled(value, settings) for name, value in expectation["kwargs"].items()}
        configuration = configurations.ExpectationConfiguration(
            type=expectation["type"],
            kwargs=kwargs | {"column": expectation["name"]},
            severity=expectation["severity"],
            meta={"name": expectation["name"]},
        )
        suite_.add_expectation(configuration.to_domain_obj())
    batch = new.get_batch({"dataframe": judged})
    wanted = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["delivery_id"],
        "return_unexpected_index_query": False,
    }
    return batch.validate(suite_, result_format=wanted)


def _result(
    source: str, expectation: dict[str, Any], outcome: Any, files: dict[str, str]
) -> CheckResult:
    error = outcome.exception_info.get("exception_message")
    if error:
        raise RuntimeError(f"expectation {source}.{expectation['name']} can't run: {error}")
    rows = outcome.result.get("unexpected_index_list") or []
    failing = tuple(sorted({row["delivery_id"] for row in rows}))
    return CheckResult(
        name=f"{source or 'landing'}.{expectation['name']}",
        passed=bool(outcome.success),
        severity=expectation["severity"],
        sentence=sentence_of(expectation, failing, files),
        source=source,
        failing=failing,
    )


def sentence_of(
    expectation: Mapping[str, Any], failing: Sequence[str], files: Mapping[str, str]
) -> str:
    """What holds, in plain words, or which files fail."""
    sentence = expectation["sentence"]
    if not failing:
        return sentence
    named = sorted({files[i] for i in failing})
    more = f" and {len(named) - 10} more" if len(named) > 10 else ""
    return f"{sentence}: not so in {', '.join(named[:10])}{more}"


def judge_deliveries(source: str, frame: pd.DataFrame, settings: Settings) -> list[CheckResult]:
    """Judge new deliveries of a source, one row each (profile.py); no library call without one.

    The ids in `failing` of a critical result are the deliveries to refuse.
    """
    if frame.empty:
        return []
    wanted = [e for e in suite(source)["expectations"] if applies(e, settings)]
    by_name = {e["name"]: e for e in wanted}
    files = dict(zip(frame["delivery_id"], frame["file"], strict=True))
    results = _validate(frame, wanted, settings).results
    outcomes = {o.expectation_config.meta["name"]: o for o in results}
    return [_result(source, by_name[name], outcomes[name], files) for name in by_name]
