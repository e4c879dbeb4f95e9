"""dbt in this process: the manifest, which is kept between runs, and one invocation.

Belongs here: calling dbt and reporting the results of its nodes.
Does not: models (transforms/) or how Dagster shows them (defs/transforms.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import platformdirs
from filelock import FileLock

from orchestration.settings import DBT_PROJECT, memory
from orchestration.warehouse import close_dbt_connections, let_go

WAREHOUSE_VARIABLE = "PLUMBLINE_DBT_WAREHOUSE"
MEMORY_VARIABLE = "PLUMBLINE_DBT_MEMORY"
TARGET_VARIABLE = "PLUMBLINE_DBT_TARGET"
PARSED_SUFFIXES = {".sql", ".yml", ".yaml", ".csv", ".md"}


@dataclass(frozen=True)
class NodeResult:
    """What one dbt node did. `failures` counts the rows of a failed test; `built_from` is the
    digest of all that the node was made from, where somebody looked (affected.py)."""

    unique_id: str
    status: str
    message: str
    seconds: float
    failures: int | None
    sql: str = ""
    built_from: str = ""


class DbtFailed(RuntimeError):
    """dbt itself could not run (parse or connection); the message is dbt's own."""


def target_dir() -> Path:
    """dbt's target folder: PLUMBLINE_DBT_TARGET, else one of the user's cache.

    What dbt parsed depends on the project's files alone, so every program of one installation
    shares the folder, and a second installation has another.
    """
    chosen = os.environ.get(TARGET_VARIABLE)
    if chosen:
        return Path(chosen)
    installed = hashlib.sha256(str(DBT_PROJECT.resolve()).encode()).hexdigest()[:12]
    return platformdirs.user_cache_path("plumbline", appauthor=False) / f"dbt-{installed}"


@cache
def project_digest() -> str:
    """sha256 over every file that dbt parses: the manifest is good as long as this holds."""
    digest = hashlib.sha256()
    # dbt may have written thousands of files, which need not even be listed.
    tops = [path for path in DBT_PROJECT.iterdir() if path.name not in ("target", "logs")]
    for path in sorted(p for top in tops for p in (top, *top.rglob("*"))):
        if path.suffix in PARSED_SUFFIXES:
            digest.update(str(path.relative_to(DBT_PROJECT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _base_arguments(target: Path | None = None) -> list[str]:
    target = target or target_dir()
    return [
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(target),
        "--log-path",
        str(target / "logs"),
        "--log-level",
        "none",
        # A node's result says what it did; debug lines for each step would cost a tenth of the
        # build.
        "--log-level-file",
        "none",
        "--no-use-colors",
    ]


def _stamp() -> Path:
    return target_dir() / "plumbline_digest.txt"


@cache
def manifest_path() -> Path:
    """The manifest as JSON, parsed again only when a file of the dbt project changed.

    Checked once per process: the graph that Dagster loaded and the models that dbt runs must be one
    state of the project.
    """
    target_dir().mkdir(parents=True, exist_ok=True)
    # Two processes that find the project changed must not write into the same manifest.
    with FileLock(str(target_dir() / "plumbline_parse.lock")):
        if not is_parsed():
            _parse()
    return _parsed()


def _parsed() -> Path:
    """The manifest as the parser wrote it; dbt overwrites its own with every build."""
    return target_dir() / "plumbline_manifest.json"


def is_parsed() -> bool:
    """Whether the kept manifest is of the project as its files are now."""
    stamp = _stamp()
    if not _parsed().exists() or not stamp.exists():
        return False
    return stamp.read_text("utf-8") == project_digest()


def _parse() -> Any:
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["parse", *_base_arguments()])
    if not result.success:
        raise DbtFailed(f"dbt could not parse {DBT_PROJECT.name}/: {result.exception}")
    manifest = result.result
    shutil.copyfile(target_dir() / "manifest.json", _parsed())
    (target_dir() / "plumbline_manifest.msgpack").write_bytes(_packed(manifest))
    _stamp().write_text(project_digest(), "utf-8")
    return manifest


def _packed(manifest: Any) -> bytes:
    from dbt.parser.manifest import extended_mashumaro_encoder

    return manifest.to_msgpack(extended_mashumaro_encoder)


def _load_manifest() -> Any:
    """dbt's own Manifest object, without parsing when nothing changed.

    Handing it to the runner also keeps dbt from parsing all over again only because the
    warehouse file, an environment variable of the profile, has another name.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest_path()
    packed = (target_dir() / "plumbline_manifest.msgpack").read_bytes()
    return Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)


@contextlib.contextmanager
def _warehouse(path: Path) -> Iterator[None]:
    let_go(path)
    of_profile = {WAREHOUSE_VARIABLE: str(path), MEMORY_VARIABLE: memory()}
    before = {name: os.environ.get(name) for name in of_profile}
    os.environ |= of_profile
    try:
        yield
    finally:
        close_dbt_connections()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_dbt(
    warehouse: Path,
    arguments: list[str],
    on_node: Callable[[str, str], None] | None = None,
    compiled: dict[str, str] | None = None,
) -> list[NodeResult]:
    """Run one dbt command on a warehouse file; one result per node, in the order in which they
    ended.

    `on_node(name, status)` is called as each node ends; the SQL that each node compiled to is put
    into `compiled`, by its id. A failed model or test is a NodeResult, not an exception. Raises
    DbtFailed when dbt could not run at all, and KeyboardInterrupt when somebody ended it.
    """
    from dbt.cli.main import dbtRunner

    def listen(event: Any) -> None:
        if on_node and event.info.name == "NodeFinished":
            node = event.data.node_info
            on_node(node.node_name, node.node_status)

    with _warehouse(warehouse):
        runner = dbtRunner(manifest=_load_manifest(), callbacks=[listen])
        # Its own manifest and results, half a second per command, are in memory and nobody needs
        # the files.
        result = runner.invoke([*arguments, *_base_arguments(), "--no-write-json"])
        if result.result is None:
            if _was_interrupted(result.exception):
                raise KeyboardInterrupt from result.exception
            raise DbtFailed(f"dbt {' '.join(arguments)}: {result.exception}")
        entries = cast(Any, result.result).results
        if compiled is not None:
            by_id = {e.node.unique_id: getattr(e.node, "compiled_code", None) for e in entries}
            compiled |= {unique_id: sql for unique_id, sql in by_id.items() if sql}
        return [_node_result(entry) for entry in entries]


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether an interruption is behind an error: dbt passes it on like any other, or fails while
    it cancels what its threads have begun."""
    while error is not None:
        if not isinstance(error, Exception | SystemExit | GeneratorExit):
            return True
        error = error.__cause__ or error.__context__
    return False


def _node_result(entry: Any) -> NodeResult:
    return NodeResult(
        unique_id=entry.node.unique_id,
        status=str(entry.status),
        message=entry.message or "",
        seconds=float(entry.execution_time or 0),
        failures=entry.failures,
        sql=_failing_sql(entry),
    )


def _failing_sql(entry: Any) -> str:
    """The query of a test that found rows; empty for a test that passed."""
    fails = entry.failures and str(entry.status) in ("fail", "warn")
    return (getattr(entry.node, "compiled_code", None) or "") if fails else ""


def manifest_json() -> dict[str, Any]:
    """The parsed project as a dictionary (nodes, sources, parent map)."""
    return json.loads(manifest_path().read_text("utf-8"))
