"""The proofs of all partners at once, in the words of `explain`, for pages and letters.

Belongs here: reading for all partners what `scoring.explain` reads for one.
Does not: other words, or judging anything again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from scoring.assumed import Assumed, Rule, assumed_by_rule
from scoring.deciding_rows import SHOWN, candidates, pivots_of
from scoring.explain import tier_sentence, turned
from scoring.explain_criteria import change_words, criterion_of
from scoring.explain_rows import REQUIREMENT_ROWS, TIER_ROWS
from scoring.labels import tier_labels
from scoring.ladder import COMPLIANCE
from scoring.notice_words import notices
from scoring.partners import Partner
from scoring.proof import Criterion, Evidence, published_words
from scoring.rows import Row, by_partner, merged
from scoring.rungs import ladder_program
from scoring.unread_rows import QUERY as UNREAD
from scoring.unread_rows import unread_of

EvidenceByMetric = dict[tuple[str, str | None], list[Evidence]]

# The first rows behind each value; `evidence_count` says how many there are.
FIRST_EVIDENCE = """
    select partner_id, program, metric, source, entity, file, row_number, cell, evidence_date,
        detail
    from intermediate.int_metrics__evidence
    where period = $period and ($partners is null or list_contains($partners, partner_id))
    qualify row_number() over (
        partition by partner_id, program, metric
        order by source, entity, file, row_number, cell, evidence_date, detail
    ) <= $limit
    order by all
"""
ASSIGNED = """
    from decisions.tier_assignments
    where tier_year = $year and ($partners is null or list_contains($partners, partner_id))
    order by partner_id
"""
MARGINS = """
    select partner_id, criterion, tier, sentence from decisions.tier_margins
    where tier_year = $year and ($partners is null or list_contains($partners, partner_id))
    order by partner_id
"""
PUBLISHED = """
    from run.published_decisions
    where period = $period and assessment = 'year'
        and ($partners is null or list_contains($partners, partner_id))
    order by partner_id
"""


@dataclass
class Standing:
    """One partner: its tier in a sentence (None without a tier), who published it and when (None
    when nobody did), the criteria of every rung, and the requirements of every program. Each
    Criterion holds only its first rows of evidence."""

    sentence: str | None = None
    published: str | None = None
    ladder: list[Criterion] = field(default_factory=list)
    requirements: list[Criterion] = field(default_factory=list)


def each_standing(
    con: duckdb.DuckDBPyConnection,
    year: int,
    period: str,
    evidence_limit: int,
    partners: Sequence[str] | None = None,
) -> Iterator[tuple[str, Standing]]:
    """Partner ids and their standings, in the order of the ids: tiers on the results of `year`,
    requirements of `period`; of everybody, or of these partners. Only one partner's rows are held
    at a time."""
    names = dict(con.execute("select partner_id, name from marts.dim_partners").fetchall())
    announced = notices(con, year + 1)
    labels = tier_labels(con)
    assumed = assumed_by_rule(con)
    # Without a ladder there are no rows of tiers below, and the name occurs nowhere.
    ladder = ladder_program(con) or ""
    ranks = dict(con.execute("select tier, tier_rank from policy.tiers").fetchall())
    words = _Words(ladder, ranks, assumed)

    def rows(query: str, **params: Any) -> Iterator[tuple[str, list[Row]]]:
        return by_partner(con, query, partners=partners, **params)

    def of_period(name: str) -> list[Iterator[tuple[str, list[Row]]]]:
        return [
            rows(FIRST_EVIDENCE, period=name, limit=evidence_limit),
            rows(candidates(), period=name, limit=SHOWN),
            rows(UNREAD, period=name),
            rows(REQUIREMENT_ROWS, period=name, programs=None),
        ]

    # A review's period is not the year on which the tiers are based.
    is_year = period == str(year)
    streams = [
        rows(ASSIGNED, year=year + 1),
        rows(PUBLISHED, period=str(year)),
        rows(MARGINS, year=year + 1),
        rows(TIER_ROWS, year=year, period=str(year)),
        *of_period(period),
        *([] if is_year else of_period(str(year))),
    ]
    for partner_id, (assigned, published, margins, tiers, *judged) in merged(streams):
        standing = Standing()
        for row in assigned:
            partner = Partner(partner_id, names.get(partner_id) or "")
            notice = announced.get(partner_id)
            standing.sentence = tier_sentence(partner, year, row, labels, notice)
        for row in published:
            standing.published = published_words(row)
        now = yearly = _Judged(*judged[:4])
        standing.requirements = of_year = words.requirements(partner_id, now)
        if not is_year:
            yearly = _Judged(*judged[4:])
            of_year = words.requirements(partner_id, yearly)
        behind = [c for c in of_year if c.program == ladder]
        rungs = words.rungs(partner_id, tiers, margins, yearly)
        standing.ladder = [_with_parts(c, behind) for c in rungs]
        if assigned or published or tiers or now.requirements:
            yield partner_id, standing


class _Judged:
    """What is known of one partner in one period: the first rows of evidence, what may decide,
    what could not be read, and its requirements."""

    def __init__(
        self, evidence: list[Row], turns: list[Row], unread: list[Row], requirements: list[Row]
    ) -> None:
        self.evidence: EvidenceByMetric = {}
        for row in evidence:
            key = (row["metric"], row["program"])
            self.evidence.setdefault(key, []).append(Evidence.of(row))
        self.turns, self.unread = pivots_of(turns), unread_of(unread)
        self.requirements = requirements


class _Words:
    """Rows as criteria in the words of `explain`."""

    def __init__(
        self, ladder: str, ranks: dict[str, int], assumed: dict[Rule, tuple[Assumed, ...]]
    ) -> None:
        self.ladder, self.ranks, self.assumed = ladder, ranks, assumed

    def rungs(
        self, partner_id: str, tiers: list[Row], margins: list[Row], judged: _Judged
    ) -> Iterator[Criterion]:
        """The criteria of every rung."""
        held_by = {row["criterion"]: (row["tier"], row["sentence"]) for row in margins}
        for row in tiers:
            shown = criterion_of(row, self.ladder, judged.evidence, self.assumed)
            tier, held = held_by.get(shown.id, (None, None))
            # A margin is about the partner's tier; the rungs above have none.
            below = (row["tier_rank"] or 0) <= self.ranks.get(tier, 0)
            change = change_words(row) or (held if below else None)
            beside = judged.unread.get((partner_id, self.ladder, row["tier"], shown.id), ())
            shown = replace(shown, tier=row["tier"], change=change, unread=beside)
            yield turned(shown, judged.turns, partner_id)

    def requirements(self, partner_id: str, judged: _Judged) -> list[Criterion]:
        """The requirements of all its programs."""
        criteria = []
        for row in judged.requirements:
            shown = criterion_of(row, row["program"], judged.evidence, self.assumed)
            shown = replace(
                shown,
                change=change_words(row),
                underlying_status=row["underlying_status"],
                unread=judged.unread.get((partner_id, row["program"], None, shown.id), ()),
            )
            criteria.append(turned(shown, judged.turns, partner_id))
        return criteria


def _with_parts(criterion: Criterion, behind: list[Criterion]) -> Criterion:
    """A roll-up with the requirements of its year behind it."""
    return replace(criterion, parts=tuple(behind)) if criterion.metric == COMPLIANCE else criterion
