"""What the policy and the partners call themselves: a label for each id that an answer may name.

Belongs here: labels by id. Does not: what any of them means, or drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from scoring.policy.model import PolicySet
from scoring.words import spoken


@dataclass(frozen=True)
class Labels:
    """`rules` by id (parameters, requirements, criteria, tiers, programs); `partners` by id."""

    rules: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)

    def partner(self, id: str) -> str:
        """`P-0055 Überbau Solutions`; the id alone where nobody knows the name."""
        return " ".join(part for part in (id, self.partners.get(id)) if part)

    def rule(self, id: str) -> str:
        """`Minimum annual recurring revenue (RESL-ARR)`; a key in words where it is not a code."""
        label = self.rules.get(id)
        if label is None or not id.isupper():
            return label or spoken(id)
        return f"{label} ({id})"


def labels_of(policy: PolicySet, con: duckdb.DuckDBPyConnection | None = None) -> Labels:
    """The labels of a policy set, and of the partners of a warehouse where one is given."""
    metrics = {metric.id: metric.label for metric in policy.metrics}
    tiers = policy.ladder.tiers if policy.ladder else ()
    rules = {rule.id: metrics.get(rule.metric, "") for tier in tiers for rule in tier.criteria}
    for each in (policy.programs, tiers, policy.parameters, policy.requirements):
        rules |= {one.id: one.label for one in each}
    named = "select partner_id, name from marts.dim_partners where name is not null"
    partners = dict(con.execute(named).fetchall()) if con is not None else {}
    return Labels(rules, partners)
