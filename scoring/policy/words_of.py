"""The words that a parameter's value may be, for parameters that are not free.

Belongs here: the words by parameter. Does not: who checks values against them (checks.py for the
policy's own, the models for the terms of partners' agreements).
"""

from __future__ import annotations

from ingest.judging.contract import entity
from scoring.policy.model import PolicySet
from scoring.policy.values import Parameter

PROGRAMS, PERIODS = "programs", "periods"
KINDS = ("year", "review", "month")


def known_words(parameter: Parameter, policy: PolicySet) -> tuple[str, ...]:
    """What a text or an item of a list may be; empty where it may be anything (semantics 1).

    Raises KeyError where `items_of` names no column with choices of the landing contract.
    """
    if parameter.items_of is None:
        return parameter.choices
    if parameter.items_of == PROGRAMS:
        return tuple(program.id for program in policy.programs)
    if parameter.items_of == PERIODS:
        return (*KINDS, *(period.suffix for period in policy.review_periods))
    name, _, column = parameter.items_of.partition(".")
    choices = entity(name).column(column).choices
    if not choices:
        raise KeyError(column)
    return choices
