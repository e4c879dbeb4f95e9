"""`plumbline.yaml`: what a program's own installation says beyond its data and its policy.

Belongs here: finding the file, reading it, one section by name, secrets from the environment.
Does not: what a section means; each stage reads its own (`maps`, `owners`, `destinations`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration import settings

NAME = "plumbline.yaml"
VARIABLE = "PLUMBLINE_CONFIG"
# The sections that the file may hold, and what each says.
SECTIONS = {
    "places": "where the landing zone, the warehouse and the site lie",
    "sources": "where `pull` fetches from",
    "maps": "column maps of foreign layouts",
    "owners": "who answers for a role where no partner_owners row names a person",
    "destinations": "where `notify` sends",
}
SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class BadConfig(ValueError):
    """The file cannot be used; the message names file, section and remedy."""


def config_file() -> Path | None:
    """The file of `--config`, else `plumbline.yaml` under PLUMBLINE_HOME where there is one.

    Raises BadConfig when a file that was named is not there.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise BadConfig(f"{named}: there is no such file; name the plumbline.yaml to read")
        return Path(named)
    usual = settings.home() / NAME
    return usual if usual.is_file() else None


def read_config() -> dict[str, Any]:
    """Section name -> its content; empty without a file. Raises BadConfig naming what is wrong."""
    file = config_file()
    if file is None:
        return {}
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadConfig(f"{file}: it is no YAML in UTF-8: {' '.join(str(error).split())}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadConfig(f"{file}: it must hold sections such as `owners:`")
    for name in found:
        if name not in SECTIONS:
            known = ", ".join(SECTIONS)
            raise BadConfig(f"{file}: there is no section {name!r}; there are: {known}")
    return found


def section(name: str) -> Mapping[str, Any]:
    """One section as a mapping; empty where the file does not have it.

    Raises BadConfig when the section is no mapping.
    """
    found = read_config().get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadConfig(f"{config_file()}: `{name}:` must be a mapping ({SECTIONS[name]})")
    return found


def with_secrets(text: str, where: str) -> str:
    """`text` with each `${VARIABLE}` replaced by the environment's value.

    Raises BadConfig naming the variable and `where` it is used when it is not set.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in os.environ:
            raise BadConfig(f"{where}: the environment has no {name}; set it to the secret itself")
        return os.environ[name]

    return SECRET.sub(value, text)
