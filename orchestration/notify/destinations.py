"""Where `notify` sends: addresses of the command line, or `destinations:` of plumbline.yaml.

Belongs here: which person gets messages where; secrets from the environment. Does not: sending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orchestration.config import BadConfig, config_file, section, with_secrets

EVERYBODY = "everybody"


@dataclass(frozen=True)
class Destination:
    """An Apprise address, and the person whose digest is sent there (None: everybody's)."""

    url: str
    owner: str | None

    @property
    def key(self) -> str:
        """The destination's name in the list of what was sent, without any secret of it."""
        return hashlib.sha256(f"{self.owner or ''}\x1f{self.url}".encode()).hexdigest()[:24]


def destinations(to: Iterable[str], owner: str | None) -> list[Destination]:
    """The destinations in `to`, else those of plumbline.yaml; only those of `owner`, if given.

    Raises BadConfig when there are none, or one names a secret that the environment lacks.
    """
    addressed = [Destination(with_secrets(url, "--to"), owner) for url in to]
    if addressed:
        return addressed
    chosen = [
        Destination(with_secrets(url, f"{config_file()}: destinations"), whose)
        for whose, urls in _configured()
        for url in urls
        if owner is None or owner == whose
    ]
    if not chosen:
        whose = f" for {owner}" if owner else ""
        raise BadConfig(
            f"there is no destination{whose}: name one with --to (such as mailto://…, slack://…, "
            "workflows://…, json://…), or write `destinations:` in plumbline.yaml"
        )
    return chosen


def _configured() -> list[tuple[str | None, list[str]]]:
    """(owner or None, addresses) of the section, in its order; a CRM gets no messages."""
    return [
        (None if str(whose) == EVERYBODY else str(whose), _addresses(str(whose), addresses))
        for whose, addresses in section("destinations").items()
        if not (isinstance(addresses, dict) and "kind" in addresses)
    ]


def _addresses(whose: str, addresses: Any) -> list[str]:
    urls = [addresses] if isinstance(addresses, str) else addresses
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise BadConfig(
            f"{config_file()}: destinations: {whose} needs an address or a list of them"
        )
    return urls
