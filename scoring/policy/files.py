"""The files of a policy set, which may come from a stranger: only plain files of its own, and few.

Belongs here: which files are read at all. Does not: what a file may hold (yaml_lines.py).
"""

from __future__ import annotations

from pathlib import Path

from scoring.policy.yaml_lines import PolicyError

MOST_FILES, MOST_BYTES = 500, 16 << 20


def yaml_files(directory: Path) -> list[Path]:
    """The YAML files of a directory, by name.

    Raises PolicyError for a file that is not a plain one (reading a pipe would never end) or that a
    link brings in from outside the directory, and for more files than a policy needs.
    """
    files = sorted(directory.glob("*.yaml"))
    if len(files) > MOST_FILES:
        raise PolicyError(f"{directory}: {len(files)} files; a policy has {MOST_FILES} at most")
    top, size = directory.resolve(), 0
    for file in files:
        if not file.is_file():
            raise PolicyError(f"{file}: no plain file; write one YAML file per topic")
        if not file.resolve().is_relative_to(top):
            raise PolicyError(f"{file}: a link out of the policy set; put the file itself here")
        size += file.stat().st_size
        if size > MOST_BYTES:
            most = f"a policy has {MOST_BYTES >> 20} MB at most"
            raise PolicyError(f"{file}: with it the files have {size:,} bytes; {most}")
    return files
