"""dbt's own documentation as one page for the site: every model with its SQL and lineage, offline.

Belongs here: making that page and taking clocks and places out of it. Does not: the site's pages
(dashboards/). It says nothing of data, so it is made once for each state of the dbt project.
"""

from __future__ import annotations

import re
from pathlib import Path

from filelock import FileLock

from orchestration.dbt import (
    DbtFailed,
    document,
    project_digest,
    target_dir,
)
from orchestration.speed import is_plain

PAGE = "plumbline_models.html"
STAMP = "plumbline_models.txt"
# What dbt writes of the moment, the process and the machine; the page must not depend on them.
MOMENTS = re.compile(
    r'"(generated_at|invocation_id|invocation_started_at|run_started_at|project_id)": "[^"]*"'
)
CREATED = re.compile(r'"created_at": [0-9.]+')


def models_page(warehouse: Path) -> Path:
    """The page, made anew only when the dbt project has changed; `warehouse` need not exist.

    Raises DbtFailed when dbt cannot make it.
    """
    page = target_dir() / PAGE
    # A first run has it made on another processor, and waits here for the rest.
    with FileLock(str(target_dir() / "plumbline_models.lock")):
        if not _is_made(page):
            _make(page, warehouse)
    return page


def _is_made(page: Path) -> bool:
    stamp = target_dir() / STAMP
    if is_plain() or not (page.exists() and stamp.exists()):
        return False
    return stamp.read_text("utf-8") == project_digest()


def _make(page: Path, warehouse: Path) -> None:
    # No catalog: the contract has the columns, and a catalog would speak of one warehouse.
    folder = target_dir() / "docs"
    result = document(warehouse, folder, ["--static", "--empty-catalog", "--no-compile"])
    if not result.success:
        raise DbtFailed(f"dbt could not write its documentation: {result.exception}")
    text = (folder / "static_index.html").read_text("utf-8")
    text = MOMENTS.sub(r'"\1": ""', text).replace(str(target_dir()), "target")
    page.write_text(CREATED.sub('"created_at": 0', text), "utf-8")
    (target_dir() / STAMP).write_text(project_digest(), "utf-8")
