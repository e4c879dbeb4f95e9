"""The topic `common.yaml` of a new policy set: every parameter that a run looks up, with the value
of the default set, for its owner to change.

Belongs here: writing that topic from the list of what is looked up, so that a new set never lacks a
parameter. Does not: the list (`sets/needs.yaml`), and the topics that are written by hand.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator

import yaml

from scoring.policy.land import as_text
from scoring.policy.needs import PROGRAM, needs
from scoring.policy.values import Parameter, Value
from scoring.vocabulary import Certainty

FILE = "common.yaml"
WIDTH = 100
OPENING = """\
topic: common
about: >-
  What every run looks up. Each value works as it stands and is listed as a placeholder until
  someone confirms it; change what your program says otherwise.

parameters:
"""
# What a section of the topic is about, by the first word of its parameters' names.
ABOUT = {
    "agreements": "Agreements",
    "conduct": "Conduct",
    "contact": "Answers to customers",
    "control": "Control totals",
    "customers": "End customers",
    "deal": "Deal registration",
    "fx": "Currency",
    "governance": "Governance",
    "influence": "Influence",
    "ingest": "What lands",
    "listing": "Listings",
    "outlook": "Outlook",
    "program": "Calendar",
    "referral": "Referrals",
    "today": "Days of the Today page",
}


def common_topic(
    known: Collection[Parameter],
    written: Collection[str],
    judged: Iterable[tuple[str, str]],
    programs: Collection[str],
    document: str,
) -> str:
    """The YAML text of the topic.

    `known`: the default set's parameters. `written`: names that other topics of the new set have.
    `judged`: (metric, program) of its rules. `programs`: its own, to which every list of programs
    is limited. `document`: the one that is cited.
    """
    by_name = {parameter.id: parameter for parameter in known}
    looked_up = {
        name.replace(PROGRAM, program)
        for metric, program in judged
        for name in needs().metrics.get(metric, ())
    }
    wanted = sorted((looked_up | set(needs().always)) - set(written))
    lines = [line for name in wanted for line in _lines(by_name[name], programs, document)]
    return OPENING + "\n".join(lines) + "\n"


def _lines(parameter: Parameter, programs: Collection[str], document: str) -> Iterator[str]:
    topic = parameter.id.partition(".")[0]
    # The oldest value: another program's changes of rules do not concern a new program.
    value = parameter.values[0].value
    if parameter.items_of == "programs" and isinstance(value, tuple):
        value = tuple(item for item in value if item in programs)
    fields = {"id": parameter.id, "label": parameter.label, "unit": parameter.unit}
    fields |= {"kind": parameter.kind}
    fields |= {"items_of": parameter.items_of} if parameter.items_of else {}
    fields |= {"document": document, "section": ABOUT.get(topic, topic.capitalize())}
    fields |= {"status": Certainty.PLACEHOLDER.value}
    for place, (key, text) in enumerate(fields.items()):
        yield f"  {'  ' if place else '- '}{key}: {_scalar(text)}"
    if parameter.choices:
        yield f"    choices: [{', '.join(_scalar(word) for word in parameter.choices)}]"
    yield from _values(value)


def _values(value: Value) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield f"    values: {{2000-01-01: {_scalar(value)}}}"
        return
    items = ", ".join(_scalar(item) for item in value)
    if len(items) < WIDTH - len("    values: {2000-01-01: []}"):
        yield f"    values: {{2000-01-01: [{items}]}}"
        return
    yield "    values:"
    yield "      2000-01-01: ["
    yield textwrap.fill(
        items,
        WIDTH - 6,
        initial_indent=" " * 8,
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield "      ]"


def _scalar(value: Value) -> str:
    """A value as YAML reads it back: a text that would be a number or a date gets quotes."""
    if not isinstance(value, str):
        return as_text(value)
    return yaml.safe_dump(value, default_flow_style=True, width=10**6).split("\n")[0]
