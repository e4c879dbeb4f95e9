"""Builds one PolicySet from its members: the cumulative ladder, the benefits matrix, order and
digest.

Belongs here: what follows from the members as written. Does not: reading, and cross-checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator

from scoring.policy.figure_doubts import completed
from scoring.policy.frozen import Frozen
from scoring.policy.model import (
    AgreementVersion,
    Benefit,
    BenefitRow,
    Criterion,
    Ladder,
    PolicySet,
    Tier,
)
from scoring.policy.sections import SECTIONS, Raw, parse
from scoring.policy.values import as_tuple
from scoring.policy.yaml_lines import fault


class BenefitDefaults(Frozen):
    """Rows that the loader adds to every benefit: before its own rows, and after them."""

    after_decision: Annotated[tuple[BenefitRow, ...], BeforeValidator(as_tuple)] = ()
    otherwise: BenefitRow


def digest(content: dict[str, Any]) -> str:
    """sha256 of the canonical content: keys sorted, decimals and dates as text."""
    text = json.dumps(content, sort_keys=True, default=_text, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# Keys that sets of earlier releases do not have. Where a member says nothing under one, it is left
# out of the content, so that a policy recorded before the key existed keeps its version.
LATER_KEYS = frozenset(
    {
        *("reported_by", "read_on", "confirmed_by", "confirmed_on", "judged_in", "unread"),
        *("choices", "figure", "months", "rhythm", "sentences"),
    }
)
NOTHING: tuple[Any, ...] = (None, {}, ())


def content_of(policy: PolicySet) -> dict[str, Any]:
    """The content of a set without the place where it was read: the same words in other files are
    equal."""
    return _plain(policy.model_dump(exclude={"name", "version", "files", "lapsed"}))


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {
            key: _plain(item)
            for key, item in content.items()
            if key not in LATER_KEYS or item not in NOTHING
        }
    return [_plain(item) for item in content] if isinstance(content, list | tuple) else content


def _text(value: Any) -> str:
    # 100.0 and 100 are the same threshold: how a number is written is not part of the policy.
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def assemble(raw: Raw) -> PolicySet:
    """The set that `raw` makes: cumulative tiers, whole benefit rows, a fixed order, its digest."""
    member = raw.members.get
    content: dict[str, Any] = {name: tuple(member(name, ())) for name in SECTIONS}
    content["parameters"] = tuple(sorted(content["parameters"], key=lambda p: p.id))
    content["metrics"] = tuple(sorted(map(completed, content["metrics"]), key=lambda m: m.id))
    content["clauses"] = tuple(sorted(content["clauses"], key=lambda c: c.id))
    content["conflicts"] = tuple(
        sorted(content["conflicts"], key=lambda c: (c.id, c.effective_from))
    )
    content["sentences"] = tuple(sorted(content["sentences"], key=lambda s: s.id))
    content["benefits"] = _benefits(content["benefits"], raw)
    content["ladder"] = _ladder(raw)
    content["agreement_versions"] = tuple(_versions(raw))
    files = {name: str(place[0].file) for (kind, name), place in raw.places.items() if name}
    policy = PolicySet(name=raw.directory.name, version="", files=files, **content)
    return policy.model_copy(update={"version": digest(content_of(policy))})


def _ladder(raw: Raw) -> Ladder | None:
    """The ladder, with cumulative criteria: a tier has those of all lower tiers, and its own
    replace theirs."""
    if "ladder" not in raw.members:
        return None
    document, place = raw.places["ladder", ""]
    written = parse(Ladder, raw.members["ladder"], document, place)
    carried: dict[str, Criterion] = {}
    tiers = []
    for i, tier in enumerate(written.tiers):
        raw.places["tiers", tier.id] = (document, (*place, "tiers", i))
        carried = {k: c.model_copy(update={"inherited": True}) for k, c in carried.items()}
        carried |= {criterion.id: criterion for criterion in tier.criteria}
        tiers.append(Tier(**{**dict(tier), "criteria": tuple(carried.values())}))
    return Ladder(program=written.program, rhythm=written.rhythm, tiers=tuple(tiers))


def _benefits(benefits: Iterable[Benefit], raw: Raw) -> tuple[Benefit, ...]:
    """Each benefit's rows between the rows after a decision and the one that says no."""
    if "benefit_defaults" not in raw.members:
        return tuple(benefits)
    document, place = raw.places["benefit_defaults", ""]
    defaults = parse(BenefitDefaults, raw.members["benefit_defaults"], document, place)
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
    versions: Any = raw.members.get("agreement_versions", {})
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
            yield parse(
                AgreementVersion,
                {"agreement_type": agreement_type, "version": version, "effective_from": day},
                document,
                (*place, agreement_type, day),
            )
