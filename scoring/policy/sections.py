"""The topics of a policy directory as members, each with the place where it was written.

Belongs here: which keys a topic may hold, and messages about one member. Does not: building a set
from members (`assemble.py`), and whether they agree (`checks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from scoring.policy.confirmations import Confirmation
from scoring.policy.metrics import Metric
from scoring.policy.model import (
    Benefit,
    Clause,
    Conflict,
    Program,
    Requirement,
    ReviewPeriod,
    Source,
)
from scoring.policy.sentences import Sentences
from scoring.policy.values import Parameter
from scoring.policy.yaml_lines import Document, Place, PolicyError, fault

CONFIRMATIONS = "confirmations"
SECTIONS: dict[str, type[BaseModel]] = {
    "documents": Source,
    "clauses": Clause,
    "parameters": Parameter,
    "programs": Program,
    "requirements": Requirement,
    "metrics": Metric,
    "review_periods": ReviewPeriod,
    "benefits": Benefit,
    "conflicts": Conflict,
    "sentences": Sentences,
}
OTHER_KEYS = {
    "topic",
    "about",
    "ladder",
    "agreement_versions",
    "agreement_versions_status",
    "benefit_defaults",
}


@dataclass
class Raw:
    """A set as read, with the file and line of each member for messages."""

    directory: Path
    members: dict[str, list[Any]] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[Document, Place]] = field(default_factory=dict)

    def fault(self, kind: str, name: str, problem: str, remedy: str, *inside: Any) -> PolicyError:
        """The error for member `name` of section `kind`, at the line of the key `inside` it."""
        if (kind, name) not in self.places:
            return fault(self.directory, 1, problem, remedy)
        document, place = self.places[kind, name]
        return fault(document.file, document.line((*place, *inside)), problem, remedy)


def add_topic(document: Document, raw: Raw) -> None:
    """Read the members of one topic into `raw`; PolicyError for the first fault."""
    if not isinstance(document.value, dict):
        raise fault(document.file, 1, "no keys here", "begin with `topic:`, or delete the file")
    for key, value in document.value.items():
        if key == CONFIRMATIONS:
            _add_confirmations(value or [], document, raw)
        elif key in SECTIONS:
            _add_section(key, value or [], document, raw)
        elif key in OTHER_KEYS:
            if key in raw.members and key not in ("topic", "about"):
                line = document.line((key,))
                raise fault(document.file, line, f"a second {key}", "keep one in the whole set")
            raw.members[key] = value
            raw.places[key, ""] = (document, (key,))
        else:
            known = ", ".join(sorted(OTHER_KEYS | {CONFIRMATIONS} | set(SECTIONS)))
            raise fault(
                document.file, document.line((key,)), f"unknown key {key!r}", f"use one of {known}"
            )


def _add_section(section: str, items: list[Any], document: Document, raw: Raw) -> None:
    for i, item in enumerate(items):
        place = (section, i)
        member = parse(SECTIONS[section], item, document, place)
        name = _name(section, member)
        if (section, name) in raw.places:
            other, other_place = raw.places[section, name]
            raise fault(
                document.file,
                document.line(place),
                f"{section}: {name} stands twice",
                f"{other.file}:{other.line(other_place)} has it already",
            )
        raw.places[section, name] = (document, place)
        raw.members.setdefault(section, []).append(member)


def _add_confirmations(items: list[Any], document: Document, raw: Raw) -> None:
    """Add confirmations; a parameter may be confirmed again when its values have changed."""
    for i, item in enumerate(items):
        one = parse(Confirmation, item, document, (CONFIRMATIONS, i))
        raw.members.setdefault(CONFIRMATIONS, []).append(one)


def _name(section: str, member: Any) -> str:
    if section == "review_periods":
        return member.suffix
    return f"{member.id} {member.effective_from}" if section == "conflicts" else member.id


def parse(kind: type[BaseModel], item: Any, document: Document, place: Place) -> Any:
    """One member in its shape; PolicyError with the line of the key that does not fit."""
    try:
        return kind.model_validate(item)
    except ValidationError as error:
        # A misspelt key is also reported as a missing one; the line to show is where it was
        # written.
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        at = (*place, *first["loc"])
        name = item.get("id", kind.__name__) if isinstance(item, dict) else kind.__name__
        key = ".".join(str(part) for part in first["loc"])
        raise fault(
            document.file, document.line(at), f"{name}: {key}: {first['msg']}", _remedy(first, kind)
        ) from None


def _remedy(error: Any, kind: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        return f"known keys are {', '.join(sorted(kind.model_fields))}"
    return "add it" if error["type"] == "missing" else f"correct {error.get('input')!r}"
