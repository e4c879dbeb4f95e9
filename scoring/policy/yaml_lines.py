"""Policy YAML with the line of every key, and with exact numbers and dates.

Belongs here: text to plain values and the place of each. Does not: what the values mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from ingest.formats.safe_yaml import check_yaml
from scoring.policy.yaml_nodes import compose

Place = tuple[Any, ...]
MOST_DIGITS = 100  # before or after the point: 1e999999999 would be written out with all of them


class PolicyError(ValueError):
    """A fault in a policy set; the message names the file, the line and what to do."""


class NoSuchPolicy(PolicyError):
    """A name that no policy set has; the message lists those there are."""


def fault(file: Path | str, line: int, problem: str, remedy: str) -> PolicyError:
    """The error for one fault: `file:line: what; remedy`."""
    return PolicyError(f"{file}:{line}: {problem}; {remedy}")


@dataclass
class Document:
    """One YAML file: its value, and the line of each place (a tuple of keys and indexes)."""

    file: Path
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1


def read(file: Path) -> Document:
    """Read one YAML file.

    Numbers become Decimal (never a float), dates date. Raises PolicyError for text that is not
    YAML, for a key that is not a word and for one that occurs twice.
    """
    document = Document(file)
    try:
        text = file.read_text("utf-8")
        check_yaml(text)
        node = compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        remedy = "correct the indentation or quotes"
        raise fault(file, line, f"not YAML: {error.problem}", remedy) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        remedy = "correct the indentation or quotes"
        raise fault(file, line, f"not YAML: {error.problem}", remedy) from None
    except (ReaderError, yaml.reader.ReaderError) as error:
        # A control character, or bytes of another encoding.
        reason = f"character {error.position + 1} is {error.reason}"
        raise PolicyError(f"{file}: not YAML: {reason}; save it as plain utf-8 text") from None
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{file}: {error}; a policy needs nothing like it") from None
    if node is not None:
        document.value = _build(node, (), document)
    return document


def _build(node: Any, place: Place, document: Document) -> Any:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if node.id == "mapping":
        return _mapping(node, place, document)
    if node.id == "sequence":
        return [_build(item, (*place, i), document) for i, item in enumerate(node.value)]
    return _scalar(node, document)


def _mapping(node: Any, place: Place, document: Document) -> dict:
    content: dict = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if key_node.id != "scalar":
            raise fault(document.file, line, "a key is a list or a mapping", "write one word")
        key = _scalar(key_node, document)
        if key in content:
            first = document.lines[(*place, key)]
            kind = "date" if isinstance(key, date) else "key"
            remedy = f"line {first} has it already"
            raise fault(document.file, line, f"the {kind} {key} stands twice", remedy)
        document.lines[(*place, key)] = line
        content[key] = _build(value_node, (*place, key), document)
    return content


def _scalar(node: Any, document: Document) -> Any:
    kind, text = (node.tag or "").rpartition(":")[2], node.value
    try:
        if kind in ("int", "float"):
            number = Decimal(text.replace("_", ""))
            if abs(number.adjusted()) > MOST_DIGITS:
                raise ValueError
            return number
        if kind == "timestamp":
            # An instant stays text: its offset is left to the reader of landed files.
            return text if ":" in text else date.fromisoformat(text)
    except (ValueError, ArithmeticError):
        line = node.start_mark.line + 1
        raise fault(
            document.file, line, f"{text!r} can't be read", "write 2025-01-31, 100 or 0.9"
        ) from None
    if kind == "bool":
        return text.lower() == "true"
    return None if kind == "null" else text
