"""JSON files spoilt: one value, one name, a list that is an object, numbers no number should be.

Belongs here: JSON. Does not: values (spoilt_values.py).
"""

from __future__ import annotations

import json
import random

from tests.ingest.spoilt_values import CONTROLS, HOSTILE, MARKED, Mutant, other_words


def _places(value: object, path: tuple = ()) -> list[tuple]:
    places = [path] if path else []
    if isinstance(value, dict):
        for key in value:
            places += _places(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(len(value)):
            places += _places(value[index], (*path, index))
    return places


JSON_WAYS = (
    *("value", "value", "value", "gone", "renamed", "wrapped", "number", "deep"),
    *("marked", "control", "ghosts", "cut at a row"),
)


def at_most(rows: list, rng: random.Random) -> int:
    """A place in a list, its end among them."""
    return rng.randrange(len(rows) + 1)


def _mark(document: object, place: tuple, rng: random.Random) -> None:
    """Put one value of a document in other words, where it is a truth value, number or moment."""
    holder: object = document
    for step in place[:-1]:
        holder = holder[step]  # type: ignore[index]
    text = holder[place[-1]]  # type: ignore[index]
    if isinstance(text, bool):
        holder[place[-1]] = other_words(str(text), rng)  # type: ignore[index]
    elif isinstance(text, str):
        for fits, change in MARKED.values():
            if fits(text):
                holder[place[-1]] = change(text, rng)  # type: ignore[index]
                return


def json_level(data: bytes, rng: random.Random) -> Mutant:
    """One value, one name, a list that is an object, numbers no number should be."""
    text = data.decode()
    lines = text.strip().split("\n")
    is_lines = len(lines) > 1 and lines[0].endswith("}") and lines[0].startswith("{")
    document = [json.loads(line) for line in lines] if is_lines else json.loads(text)
    place = rng.choice(_places(document) or [()])
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    name = rng.choice(JSON_WAYS)
    if place and name == "value":
        holder[place[-1]] = rng.choice((None, True, 1.5, [], {}, [1], "\ud800", *HOSTILE))
    elif place and name == "gone":
        del holder[place[-1]]
    elif place and name == "renamed" and isinstance(holder, dict):
        holder[rng.choice(("", "data", "items", "ID"))] = holder.pop(place[-1])
    elif name == "wrapped":
        document = {"data": document, "items": []} if rng.random() < 0.5 else [[document]]
    elif place and name == "number":
        holder[place[-1]] = 10**40
    elif place and name == "deep":
        deep: object = 1
        for _ in range(90):
            deep = [deep]
        holder[place[-1]] = deep
    elif name == "marked":
        for step in _places(document):
            _mark(document, step, rng)
    elif name == "control" and place:
        holder[place[-1]] = rng.choice(CONTROLS).join(("ab", "cd"))
    elif name == "ghosts" and isinstance(document, list):
        document[at_most(document, rng) :] = [{}, {"a": None}]
    elif name == "cut at a row" and isinstance(document, list):
        document = document[: at_most(document, rng)]
    if is_lines and isinstance(document, list):
        return f"json {name}", "\n".join(map(json.dumps, document)).encode()
    return f"json {name}", json.dumps(document).encode()
