"""A directory of policy YAML as one checked PolicySet.

Belongs here: finding a set, reading its topics, its digest. Does not: the cross-checks
(`checks.py`) and the warehouse (`land.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from scoring.policy.checks import check
from scoring.policy.model import (
    AgreementVersion,
    Benefit,
    BenefitRow,
    Clause,
    Conflict,
    Criterion,
    Frozen,
    Ladder,
    Metric,
    Parameter,
    PolicySet,
    Program,
    Requirement,
    ReviewPeriod,
    Tier,
    as_tuple,
)
from scoring.policy.yaml_lines import Document, Place, PolicyError, fault, read

SETS = Path(__file__).with_name("sets")
SECTIONS: dict[str, type[BaseModel]] = {
    "clauses": Clause,
    "parameters": Parameter,
    "programs": Program,
    "requirements": Requirement,
    "metrics": Metric,
    "review_periods": ReviewPeriod,
    "benefits": Benefit,
    "conflicts": Conflict,
}
OTHER_KEYS = {
    "topic",
    "about",
    "documents",
    "ladder",
    "agreement_versions",
    "agreement_versions_status",
    "benefit_defaults",
}


class BenefitDefaults(Frozen):
    """Rows that the loader lays around every benefit: before its own, and after them."""

    after_decision: Annotated[tuple[BenefitRow, ...], BeforeValidator(as_tuple)] = ()
    otherwise: BenefitRow


class Source(Frozen):
    """A document that clauses and parameters cite."""

    id: str
    title: str


@dataclass
class Raw:
    """A set as read, with the file and line of each member for messages."""

    directory: Path
    members: dict[str, list[Any]] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[Document, Place]] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)

    def fault(self, kind: str, name: str, what: str, remedy: str, *inside: Any) -> PolicyError:
        """The error for member `name` of section `kind`, at the line of the key `inside` it."""
        if (kind, name) not in self.places:
            return fault(self.directory, 1, what, remedy)
        document, place = self.places[kind, name]
        return fault(document.file, document.line((*place, *inside)), what, remedy)


def default_set() -> str:
    """The name of the set that runs when none is named; itself data."""
    return read(SETS / "default.yaml").value["default"]


def policy_dir(name: str | None = None) -> Path:
    """The directory of a shipped set, or `name` itself when it is a directory.

    Raises PolicyError naming the sets there are.
    """
    name = name or default_set()
    for candidate in (SETS / name, Path(name)):
        if candidate.is_dir():
            return candidate
    known = ", ".join(sorted(p.name for p in SETS.iterdir() if p.is_dir()))
    raise PolicyError(f"no policy set {name!r}: name one of {known}, or a directory of YAML")


def load_policy(name_or_dir: str | Path | None = None) -> PolicySet:
    """Read, check and freeze a policy set; None is the default set.

    Raises PolicyError naming file, line and remedy for the first fault found.
    """
    directory = policy_dir(str(name_or_dir) if name_or_dir else None)
    files = sorted(directory.glob("*.yaml"))
    if not files:
        raise PolicyError(f"{directory}: no policy here; write one YAML file a topic")
    raw = Raw(directory)
    for file in files:
        _add(read(file), raw)
    policy = _assemble(raw)
    check(policy, raw)
    return policy


def digest(content: dict[str, Any]) -> str:
    """sha256 of the canonical content: keys sorted, decimals and dates as text."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _add(document: Document, raw: Raw) -> None:
    if not isinstance(document.value, dict):
        raise fault(document.file, 1, "no keys here", "begin with `topic:`, or delete the file")
    for key, value in document.value.items():
        if key in SECTIONS:
            _add_section(key, value or [], document, raw)
        elif key == "documents":
            for i, item in enumerate(value):
                raw.documents.append(_parse(Source, item, document, (key, i)).id)
        elif key in OTHER_KEYS:
            if key in raw.members and key not in ("topic", "about"):
                line = document.line((key,))
                raise fault(document.file, line, f"a second {key}", "keep one in the whole set")
            raw.members[key] = value
            raw.places[key, ""] = (document, (key,))
        else:
            known = ", ".join(sorted(OTHER_KEYS | set(SECTIONS)))
            raise fault(
                document.file, document.line((key,)), f"unknown key {key!r}", f"use one of {known}"
            )


def _add_section(section: str, items: list[Any], document: Document, raw: Raw) -> None:
    for i, item in enumerate(items):
        place = (section, i)
        member = _parse(SECTIONS[section], item, document, place)
        name = _name(section, member)
        if (section, name) in raw.places:
            other, there = raw.places[section, name]
            raise fault(
                document.file,
                document.line(place),
                f"{section}: {name} stands twice",
                f"{other.file}:{other.line(there)} has it already",
            )
        raw.places[section, name] = (document, place)
        raw.members.setdefault(section, []).append(member)


def _name(section: str, member: Any) -> str:
    if section == "review_periods":
        return member.suffix
    return f"{member.id} {member.effective_from}" if section == "conflicts" else member.id


def _parse(kind: type[BaseModel], item: Any, document: Document, place: Place) -> Any:
    try:
        return kind.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
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


def _assemble(raw: Raw) -> PolicySet:
    member = raw.members.get
    content: dict[str, Any] = {name: tuple(member(name, ())) for name in SECTIONS}
    content["parameters"] = tuple(sorted(content["parameters"], key=lambda p: p.id))
    content["metrics"] = tuple(sorted(content["metrics"], key=lambda m: m.id))
    content["clauses"] = tuple(sorted(content["clauses"], key=lambda c: c.id))
    content["conflicts"] = tuple(
        sorted(content["conflicts"], key=lambda c: (c.id, c.effective_from))
    )
    content["benefits"] = _benefits(content["benefits"], raw)
    content["ladder"] = _ladder(raw)
    content["agreement_versions"] = tuple(_versions(raw))
    plain = {k: _plain(v) for k, v in content.items()}
    files = {name: str(place[0].file) for (kind, name), place in raw.places.items() if name}
    return PolicySet(name=raw.directory.name, version=digest(plain), files=files, **content)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _ladder(raw: Raw) -> Ladder | None:
    """Criteria are cumulative: a tier has all of the lower ones, its own in place of theirs."""
    if "ladder" not in raw.members:
        return None
    document, place = raw.places["ladder", ""]
    written = _parse(Ladder, raw.members["ladder"], document, place)
    carried: dict[str, Criterion] = {}
    tiers = []
    for i, tier in enumerate(written.tiers):
        raw.places["tiers", tier.id] = (document, (*place, "tiers", i))
        carried = {k: c.model_copy(update={"inherited": True}) for k, c in carried.items()}
        carried |= {criterion.id: criterion for criterion in tier.criteria}
        tiers.append(Tier(**{**dict(tier), "criteria": tuple(carried.values())}))
    return Ladder(program=written.program, tiers=tuple(tiers))


def _benefits(benefits: Iterable[Benefit], raw: Raw) -> tuple[Benefit, ...]:
    """Each benefit's rows between the rows after a decision and the one that says no."""
    if "benefit_defaults" not in raw.members:
        return tuple(benefits)
    document, place = raw.places["benefit_defaults", ""]
    defaults = _parse(BenefitDefaults, raw.members["benefit_defaults"], document, place)
    return tuple(
        benefit.model_copy(
            update={
                "rows": (
                    *(
                        row.model_copy(update={"program": program})
                        for program in dict.fromkeys(r.program for r in benefit.rows if r.program)
                        for row in defaults.after_decision
                    ),
                    *benefit.rows,
                    defaults.otherwise,
                )
            }
        )
        for benefit in benefits
    )


def _versions(raw: Raw) -> Iterable[AgreementVersion]:
    versions = raw.members.get("agreement_versions", {})
    for agreement_type, dated in sorted(versions.items()):
        days = [day for day in dated if isinstance(day, date)]
        document, place = raw.places["agreement_versions", ""]
        if days != sorted(dated, key=str):
            raise fault(
                document.file,
                document.line((*place, agreement_type)),
                f"agreement versions of {agreement_type}: dates out of order",
                "put the earliest date first, each as 2025-01-31",
            )
        for day, version in dated.items():
            yield _parse(
                AgreementVersion,
                {"agreement_type": agreement_type, "version": version, "effective_from": day},
                document,
                (*place, agreement_type, day),
            )
