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
# The one folder that imports them, and what each of its modules takes.
FOLDER = "orchestration/dagster_internals"
PRIVATE = {
    # Records of checks have no public status.
    "checks.py": {
        "dagster._core.storage.asset_check_execution_record.AssetCheckExecutionRecordStatus"
    },
    # `plumbline ui` starts what `dagster dev` starts, behind a guard of its own.
    "dev.py": {"dagster._cli.dev"},
    # The event history (docs/speed.md).
    "event_log.py": {
        "dagster._core.assets.AssetDetails",
        "dagster._core.event_api.EventLogCursor",
        "dagster._core.storage.event_log.base.AssetEntry",
        "dagster._core.storage.event_log.base.AssetRecord",
        "dagster._core.storage.event_log.schema.AssetKeyTable",
        "dagster._core.storage.event_log.schema.SqlEventLogStorageTable",
        "dagster._core.storage.event_log.sqlite.sqlite_event_log.SQLITE_BUSY_TIMEOUT_SECONDS",
        "dagster._core.storage.event_log.sqlite.sqlite_event_log.SqliteEventLogStorage",
    },
    # Runs of the terminal belong to the UI's code location.
    "origins.py": {
        "dagster._core.definitions.repository_definition.SINGLETON_REPOSITORY_NAME",
        "dagster._core.remote_origin.ManagedGrpcPythonEnvCodeLocationOrigin",
        "dagster._core.remote_origin.RemoteJobOrigin",
        "dagster._core.remote_origin.RemoteRepositoryOrigin",
        "dagster._core.types.loadable_target_origin.LoadableTargetOrigin",
    },
    # An interrupted step counts as failed, and its exit code is another one.
    "steps.py": {"dagster._core.execution.plan.objects.ErrorSource"},
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


def test_only_these_private_names_are_used_and_each_in_one_module():
    ours = {
        path.relative_to(PROJECT).as_posix(): names
        for path in tracked("*.py")
        if "tests" not in path.parts and (names := _private(path))
    }
    assert ours == {f"{FOLDER}/{module}": names for module, names in PRIVATE.items()}
    assert sum(map(len, PRIVATE.values())) == len(set().union(*PRIVATE.values()))


def test_each_exists_in_the_reviewed_version():
    assert metadata.version("dagster") == REVIEWED
    for name in set().union(*PRIVATE.values()):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name
