"""What people have confirmed in a policy set: placeholders and reported values that became certain.

Belongs here: the record, where it is kept, and laying it over a set. Does not: the set's own files,
which a confirmation never touches, and asking who confirms (orchestration).

A set of the user's own keeps its record in its directory, as the topic `confirmations.yaml`. A
shipped set is inside the package, which an upgrade replaces, so its record is under PLUMBLINE_HOME.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from filelock import FileLock

from scoring.policy.frozen import Frozen
from scoring.policy.model import PolicySet
from scoring.policy.values import Dated, DatedValue, Parameter, Sourced, Value
from scoring.policy.yaml_lines import PolicyError
from scoring.vocabulary import UNCONFIRMED, Certainty

FILE = "confirmations.yaml"
TIER = "ladder."
OPENING = """\
topic: confirmations
about: >-
  What people have confirmed of this policy set. `plumbline policy confirm` adds an entry; none is
  ever changed. An entry holds for as long as the values are those that it states.

confirmations:
"""


class Confirmation(Frozen):
    """One confirmation: of a parameter with all its dated values, or of a tier's label.

    `parameter` is a parameter's id, or `ladder.` and a tier's; `values` (of a parameter) or `label`
    (of a tier) say what was confirmed, so that another value is never called confirmed.
    """

    parameter: str
    confirmed_by: str
    confirmed_on: date
    values: Dated = ()
    label: str | None = None
    reason: str | None = None


def record_of(directory: Path, shipped: Path) -> Path:
    """The file that holds the confirmations of the set in `directory`; `shipped` is the folder of
    the sets that come with the package."""
    if directory.resolve().parent != shipped.resolve():
        return directory / FILE
    home = Path(os.environ.get("PLUMBLINE_HOME") or Path.cwd())
    return home / "policy" / directory.name / FILE


def confirmed(policy: PolicySet, confirmations: tuple[Confirmation, ...]) -> PolicySet:
    """`policy` with the confirmations applied; confirmations of other values are in `lapsed`.

    Raises PolicyError for a confirmation of something that the set does not have.
    """
    parameters = {p.id: p for p in policy.parameters}
    ladder = policy.ladder
    tiers = {t.id: t for t in ladder.tiers} if ladder else {}
    lapsed: dict[str, str] = {}
    for one in confirmations:
        is_tier = one.parameter.startswith(TIER)
        name = one.parameter.removeprefix(TIER) if is_tier else one.parameter
        members: dict[str, Any] = tiers if is_tier else parameters
        if name not in members:
            raise PolicyError(
                f"policy {policy.name}: {one.parameter} is confirmed and not in the set; "
                f"take its entry out of {FILE}, or restore it in the set"
            )
        member = members[name]
        if _label_and_values(member) != (one.label, one.values):
            lapsed[one.parameter] = (
                f"{one.parameter}: {one.confirmed_by} confirmed {_words(one)} on "
                f"{one.confirmed_on}; the set says {_words(member)} now"
            )
            continue
        lapsed.pop(one.parameter, None)
        if member.status in UNCONFIRMED:
            by = {"confirmed_by": one.confirmed_by, "confirmed_on": one.confirmed_on}
            members[name] = member.model_copy(update={"status": Certainty.CONFIRMED.value, **by})
    return policy.model_copy(
        update={
            "parameters": tuple(parameters.values()),
            "ladder": ladder and ladder.model_copy(update={"tiers": tuple(tiers.values())}),
            "lapsed": tuple(lapsed.values()),
        }
    )


def confirm(
    policy: PolicySet, record: Path, name: str, by: str, on: date, reason: str | None = None
) -> Confirmation:
    """Add to `record` that `by` confirmed parameter or tier `name` of `policy` on the day `on`.

    Raises PolicyError for a name that the set does not have, and for what needs no confirmation: a
    value with a source, or one that somebody confirmed already.
    """
    member = _member(policy, name)
    if member.status not in UNCONFIRMED:
        by_whom = (
            f" by {member.confirmed_by} on {member.confirmed_on}" if member.confirmed_by else ""
        )
        raise PolicyError(
            f"{name} is {member.status}{by_whom}: nothing to confirm; "
            "another value is a new dated value in a set of your own"
        )
    label, values = _label_and_values(member)
    one = Confirmation(
        parameter=name, confirmed_by=by, confirmed_on=on, values=values, label=label, reason=reason
    )
    record.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(record.with_suffix(".lock")):
        text = record.read_text("utf-8") if record.exists() else OPENING
        fresh = record.with_suffix(".new")
        fresh.write_text(text + "".join(f"{line}\n" for line in _lines(one)), "utf-8")
        fresh.replace(record)
    return one


def _member(policy: PolicySet, name: str) -> Sourced:
    for tier in policy.ladder.tiers if policy.ladder else ():
        if name == TIER + tier.id:
            return tier
    return policy.parameter(name)


def _label_and_values(member: Any) -> tuple[str | None, tuple[DatedValue, ...]]:
    return (None, member.values) if isinstance(member, Parameter) else (member.label, ())


def _words(one: Any) -> str:
    values = getattr(one, "values", ())
    return ", ".join(_scalar(v.value) for v in values) if values else repr(one.label)


def _lines(one: Confirmation) -> Iterator[str]:
    yield f"  - parameter: {one.parameter}"
    if one.values:
        values = ", ".join(f"{v.effective_from}: {_scalar(v.value)}" for v in one.values)
        yield f"    values: {{{values}}}"
    else:
        yield f"    label: {_scalar(str(one.label))}"
    yield f"    confirmed_by: {_scalar(one.confirmed_by)}"
    yield f"    confirmed_on: {one.confirmed_on}"
    if one.reason:
        yield f"    reason: {_scalar(one.reason)}"


def _scalar(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
