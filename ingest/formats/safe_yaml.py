"""YAML from users, read as plain data within limits.

Belongs here: what a document may contain before anything is built from it. Does not: what it means.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

MOST_CHARACTERS, DEEPEST, MOST_NODES, LONGEST_NUMBER = 4 << 20, 50, 200_000, 400
NUMBER = re.compile(r"[-+]?[0-9][0-9_.:xXoObBa-fA-FeE+-]*", re.ASCII)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_yaml(text: str) -> None:
    """Whether a document may be built; ValueError says which limit it breaks and in which line.

    Aliases count as what they refer to, so that a few lines cannot unfold into millions.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"it has over {MOST_CHARACTERS >> 20} MB; is this the file?")
    sizes: dict[str, int] = {}
    open_: list[tuple[str | None, int]] = []
    nodes = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_):
                raise ValueError(f"line {line}: {event.anchor} is contained in itself")
            nodes += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            _check_number(event, line)
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            nodes += 1
            open_.append((event.anchor, nodes))
            if len(open_) > DEEPEST:
                raise ValueError(f"line {line}: over {DEEPEST} levels, one in the other")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor:
                sizes[anchor] = nodes - before + 1
        if nodes > MOST_NODES:
            raise ValueError(f"line {line}: over {MOST_NODES} values, references unfolded")


def _check_number(event: yaml.ScalarEvent, line: int) -> None:
    is_plain = event.implicit[0] and len(event.value) > LONGEST_NUMBER
    if is_plain and NUMBER.fullmatch(event.value):
        raise ValueError(f"line {line}: a number of {len(event.value)} characters")


def load_yaml(text: str) -> Any:
    """The document as plain Python values. Raises ValueError, in one line, on anything else."""
    try:
        check_yaml(text)
        return yaml.load(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise ValueError("it is not YAML: " + " ".join(str(error).split())) from error
    except RecursionError as error:
        raise ValueError(f"it has over {DEEPEST} levels, one in the other") from error
