"""Files that are part of the packages: rules and words as YAML.

Belongs here: reading our own files. Does not: YAML of users, which has limits
(formats/safe_yaml.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# libyaml reads the same safe subset in a tenth of the time; every start reads several files.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def packaged_yaml(path: Path) -> Any:
    """The content of a YAML file of ours as plain data; OSError where it is not there."""
    return yaml.load(path.read_text("utf-8"), Loader=LOADER)
