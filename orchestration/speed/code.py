"""The code that is installed, as one digest for each choice of its folders.

Belongs here: which files count as code. Does not: what else a stage depends on (stages.py).
"""

from __future__ import annotations

import hashlib
from functools import cache

from orchestration.settings import package_folder

CODE_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".html", ".css", ".js", ".typ", ".txt"}

# Folders below a stage's own that hold build results or policy.
NO_CODE = {"target", "sets"}


@cache
def code_digest(*folders: str) -> str:
    """sha256 over the code of the given project folders; policy sets are data, with a version."""
    digest = hashlib.sha256()
    for folder in folders:
        top = package_folder(folder)
        for path in sorted(top.rglob("*")):
            relative = path.relative_to(top)
            if path.suffix in CODE_SUFFIXES and not NO_CODE & set(relative.parts):
                digest.update(f"{folder}/{relative.as_posix()}".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
