"""Which parameters the computations look up, and whether a set has them.

Belongs here: reading `sets/needs.yaml` and the check. Does not: the parameters' values.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scoring.policy.frozen import Frozen
from scoring.policy.model import PolicySet
from scoring.policy.sections import parse
from scoring.policy.values import Words
from scoring.policy.yaml_lines import PolicyError, read

NEEDS = Path(__file__).with_name("sets") / "needs.yaml"
PROGRAM = "<program>"


class Needs(Frozen):
    """Parameters that every set must have, those that come with a metric, and the metrics that
    models compute by SQL of their own."""

    always: Words
    metrics: dict[str, list[str]]
    computed: Words


@cache
def needs() -> Needs:
    """The one list of what is looked up."""
    document = read(NEEDS)
    return parse(Needs, document.value, document, ())


def needed(policy: PolicySet) -> Iterator[tuple[str, str]]:
    """Each parameter that `policy` must have, and who looks it up."""
    for parameter in needs().always:
        yield parameter, "every run"
    uses = [(r.metric, r.program) for r in policy.requirements]
    if policy.ladder:
        program = policy.ladder.program
        uses += [(c.metric, program) for tier in policy.ladder.tiers for c in tier.criteria]
    for metric, program in dict.fromkeys(uses):
        for parameter in needs().metrics.get(metric, ()):
            yield parameter.replace(PROGRAM, program), f"metric {metric} of {program}"


def check_needs(policy: PolicySet, where: Path) -> None:
    """PolicyError naming the first parameter that is looked up and not in the set."""
    known = {parameter.id for parameter in policy.parameters}
    for parameter, user in needed(policy):
        if parameter not in known:
            raise PolicyError(
                f"{where}: no parameter {parameter}, which {user} looks up; "
                "add it to one of the topics with a value from 2000-01-01"
            )
