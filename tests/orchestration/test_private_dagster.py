"""What is used of Dagster beyond its public API: a short reviewed list, for one version.

Another version of Dagster fails here first. Then look at what each of these names has become, run
the tests of the modules that use it, and note the new version.
"""

from __future__ import annotations

import ast
import importlib
from importlib import metadata

from tests.test_house import PROJECT, tracked

REVIEWED = "1.13.27"
# Module of ours, and what it takes from a module of Dagster's whose name begins with an underscore.
PRIVATE = {
    # Whether a check failed, or has not been made yet: records of checks have no public status.
    "orchestration/defs/notifying.py": {
        "dagster._core.storage.asset_check_execution_record.AssetCheckExecutionRecordStatus"
    },
    # A cron line of a setting is judged before a schedule is made of it.
    "orchestration/defs/schedules.py": {"dagster._utils.schedules.is_valid_cron_schedule"},
    # Runs of the terminal belong to the UI's code location.
    "orchestration/instance.py": {
        "dagster._core.definitions.repository_definition.SINGLETON_REPOSITORY_NAME",
        "dagster._core.remote_origin.ManagedGrpcPythonEnvCodeLocationOrigin",
        "dagster._core.remote_origin.RemoteJobOrigin",
        "dagster._core.remote_origin.RemoteRepositoryOrigin",
        "dagster._core.types.loadable_target_origin.LoadableTargetOrigin",
    },
    # An interrupted step counts as failed, and its exit code is another one.
    "orchestration/run.py": {"dagster._core.execution.plan.objects.ErrorSource"},
    # The event history (docs/speed.md).
    "orchestration/speed/history.py": {
        "dagster._core.storage.event_log.base.AssetRecord",
        "dagster._core.storage.event_log.sqlite.sqlite_event_log.SQLITE_BUSY_TIMEOUT_SECONDS",
        "dagster._core.storage.event_log.sqlite.sqlite_event_log.SqliteEventLogStorage",
    },
    "orchestration/speed/materialized.py": {
        "dagster._core.assets.AssetDetails",
        "dagster._core.event_api.EventLogCursor",
        "dagster._core.storage.event_log.base.AssetEntry",
        "dagster._core.storage.event_log.base.AssetRecord",
        "dagster._core.storage.event_log.schema.AssetKeyTable",
        "dagster._core.storage.event_log.schema.SqlEventLogStorageTable",
    },
    # `plumbline ui` starts what `dagster dev` starts, behind a guard of its own.
    "orchestration/ui/__main__.py": {"dagster._cli.dev", "dagster._cli.dev.dev_command"},
}


def _private(path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    names |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    return {n for n in names if n.startswith("dagster") and "._" in n}


def test_only_these_private_names_are_used():
    ours = {
        path.relative_to(PROJECT).as_posix(): names
        for path in tracked("*.py")
        if "tests" not in path.parts and (names := _private(path))
    }
    assert ours == PRIVATE


def test_each_exists_in_the_reviewed_version():
    assert metadata.version("dagster") == REVIEWED
    for name in set().union(*PRIVATE.values()):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name
