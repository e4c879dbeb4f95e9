"""`plumbline.yaml`: the settings of an installation, besides its data and its policy.

Belongs here: finding the file, reading it, one section by name, inserting secrets by their names.
Does not: what a section means; each stage reads its own (`maps`, `owners`, `destinations`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.home import named_or_usual, store_address
from orchestration.secrets import NAME as SECRETS_FILE
from orchestration.secrets import BadSecrets, secret

NAME = "plumbline.yaml"
VARIABLE = "PLUMBLINE_CONFIG"
# The sections that the file may hold, and what each says.
SECTIONS = {
    "places": "where the landing zone, the warehouse and the site lie",
    "sources": "where `pull` fetches from",
    "schedules": "what Dagster starts by itself, and when",
    "maps": "column maps of foreign layouts",
    "owners": "who answers for a role where no partner_owners row names a person",
    "destinations": "where `notify` sends, and what `write-back` writes into",
    "retention": "how many months people are kept, by entity",
    "lineage": "where the events of each run go, in OpenLineage's form",
}
PLACES = ("landing", "warehouse", "site", "policy", "raw", "ledger")
SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class BadConfig(ValueError):
    """The file cannot be used; the message names file, section and remedy."""


def config_file() -> Path | None:
    """The file of `--config`, else `plumbline.yaml` under PLUMBLINE_HOME where there is one.

    Raises BadConfig when a file that was named is not there.
    """
    try:
        return named_or_usual(VARIABLE, NAME)
    except FileNotFoundError as error:
        raise BadConfig(
            f"{error}: there is no such file; name the plumbline.yaml to read"
        ) from None


def read_config() -> dict[str, Any]:
    """Section name -> its content; empty without a file. Raises BadConfig naming what is wrong."""
    file = config_file()
    if file is None:
        return {}
    try:
        content = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadConfig(
            f"{file}: it is not YAML in UTF-8: {' '.join(str(error).split())}"
        ) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BadConfig(f"{file}: it must hold sections such as `owners:`")
    for name in content:
        if name not in SECTIONS:
            known = ", ".join(SECTIONS)
            raise BadConfig(f"{file}: there is no section {name!r}; there are: {known}")
    return content


def section(name: str) -> Mapping[str, Any]:
    """One section as a mapping; empty where the file does not have it.

    Raises BadConfig when the section is not a mapping.
    """
    content = read_config().get(name)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BadConfig(f"{config_file()}: `{name}:` must be a mapping ({SECTIONS[name]})")
    return content


def configured_places() -> dict[str, str]:
    """Name -> place of `places:`, a relative folder made absolute, relative to the file; empty ones
    are left out. Raises BadConfig for an unknown name, and for a value that is not text."""
    file, configured = config_file(), {}
    for name, place in section("places").items():
        if name not in PLACES:
            raise BadConfig(f"{file}: places: there is no {name!r}; there are: {', '.join(PLACES)}")
        if place is not None and not isinstance(place, str):
            raise BadConfig(f"{file}: places: {name} must be a text")
        if place and file is not None:
            configured[name] = _beside(file, name, place)
    return configured


def _beside(file: Path, name: str, place: str) -> str:
    if store_address(place):
        return place
    beside = file.resolve().parent / Path(place).expanduser()
    # A policy set may be a directory or the name of one.
    return place if name == "policy" and not beside.is_dir() else str(beside)


def with_secrets(text: str, where: str) -> str:
    """`text` with each `${NAME}` replaced by the secret of that name (orchestration/secrets.py).

    Raises BadConfig naming the secret and `where` it is used when it is not set, and for a file of
    secrets that cannot be used.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        try:
            content = secret(name)
        except BadSecrets as error:
            raise BadConfig(str(error)) from None
        if content is None:
            raise BadConfig(
                f"{where}: there is no {name} in the environment and in {SECRETS_FILE} under "
                "PLUMBLINE_HOME; set it to the secret itself"
            )
        return content

    return SECRET.sub(value, text)
