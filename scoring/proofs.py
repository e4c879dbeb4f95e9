"""The proofs of all partners at once, in the words of `explain`, for pages and letters.

Belongs here: reading for all partners what `scoring.explain` reads for one.
Does not: other words, or judging anything again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import duckdb

from scoring.assumed import Assumed, Rule, assumed_by_rule
from scoring.deciding_rows import Pivots, pivots
from scoring.explain import tier_sentence, turned
from scoring.explain_criteria import change_words, criterion_of
from scoring.explain_rows import REQUIREMENT_ROWS, TIER_ROWS
from scoring.labels import tier_labels
from scoring.ladder import COMPLIANCE
from scoring.noticed import notices
from scoring.partners import Partner
from scoring.proof import Criterion, Evidence, published_words
from scoring.rows import Row, fetch
from scoring.rungs import ladder_program
from scoring.unread import Key, UnreadRow, unread_rows

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
"""
PUBLISHED = """
    from run.published_decisions
    where period = $period and assessment = 'year'
        and ($partners is null or list_contains($partners, partner_id))
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


def every_standing(
    con: duckdb.DuckDBPyConnection,
    year: int,
    period: str,
    evidence_limit: int,
    partners: Sequence[str] | None = None,
) -> dict[str, Standing]:
    """Partner id -> its standing: tiers on the results of `year`, requirements of `period`; of
    everybody, or of these partners."""
    standings: dict[str, Standing] = defaultdict(Standing)
    names = dict(con.execute("select partner_id, name from marts.dim_partners").fetchall())
    announced = notices(con, year + 1)
    labels = tier_labels(con)
    for row in fetch(con, ASSIGNED, year=year + 1, partners=partners):
        partner = Partner(row["partner_id"], names.get(row["partner_id"]) or "")
        notice = announced.get(partner.partner_id)
        standings[partner.partner_id].sentence = tier_sentence(partner, year, row, labels, notice)
    for row in fetch(con, PUBLISHED, period=str(year), partners=partners):
        standings[row["partner_id"]].published = published_words(row)
    evidence = _evidence(con, period, evidence_limit, partners)
    # A review's period is not the year on which the tiers are based.
    is_year = period == str(year)
    yearly = evidence if is_year else _evidence(con, str(year), evidence_limit, partners)
    turns = pivots(con, period, partners)
    yearly_turns = turns if is_year else pivots(con, str(year), partners)
    unread = unread_rows(con, period, partners)
    yearly_unread = unread if is_year else unread_rows(con, str(year), partners)
    assumed = assumed_by_rule(con)
    # Without a ladder there is no row of a tier below, and the name stands nowhere.
    ladder = ladder_program(con) or ""
    margins = _margins(con, year)
    ranks = dict(con.execute("select tier, tier_rank from policy.tiers").fetchall())
    for row in fetch(con, TIER_ROWS, partners=partners, year=year, period=str(year)):
        shown = criterion_of(row, ladder, yearly[row["partner_id"]], assumed)
        tier, held = margins.get((row["partner_id"], shown.id), (None, None))
        # A margin is about the tier that is held; the rungs above do not depend on it.
        below = (row["tier_rank"] or 0) <= ranks.get(tier, 0)
        change = change_words(row) or (held if below else None)
        beside = yearly_unread.get((row["partner_id"], ladder, row["tier"], shown.id), ())
        shown = replace(shown, tier=row["tier"], change=change, unread=beside)
        standings[row["partner_id"]].ladder.append(turned(shown, yearly_turns, row["partner_id"]))
    requirements = _requirements(con, period, partners, evidence, turns, unread, assumed)
    for partner_id, criteria in requirements.items():
        standings[partner_id].requirements = criteria
    if not is_year:
        requirements = _requirements(
            con, str(year), partners, yearly, yearly_turns, yearly_unread, assumed
        )
    for partner_id, standing in standings.items():
        behind = [c for c in requirements.get(partner_id, ()) if c.program == ladder]
        standing.ladder = [_with_parts(c, behind) for c in standing.ladder]
    return standings


def _requirements(
    con: duckdb.DuckDBPyConnection,
    period: str,
    partners: Sequence[str] | None,
    evidence: dict[str, EvidenceByMetric],
    turns: Pivots,
    unread: dict[Key, tuple[UnreadRow, ...]],
    assumed: dict[Rule, tuple[Assumed, ...]],
) -> dict[str, list[Criterion]]:
    """Partner id -> the requirements of all its programs in the period."""
    by_partner: dict[str, list[Criterion]] = defaultdict(list)
    for row in fetch(con, REQUIREMENT_ROWS, partners=partners, period=period, programs=None):
        partner_id = row["partner_id"]
        shown = criterion_of(row, row["program"], evidence[partner_id], assumed)
        shown = replace(
            shown,
            change=change_words(row),
            underlying_status=row["underlying_status"],
            unread=unread.get((partner_id, row["program"], None, shown.id), ()),
        )
        by_partner[partner_id].append(turned(shown, turns, partner_id))
    return by_partner


def _with_parts(criterion: Criterion, behind: list[Criterion]) -> Criterion:
    """A roll-up with the requirements of its year behind it."""
    return replace(criterion, parts=tuple(behind)) if criterion.metric == COMPLIANCE else criterion


def _evidence(
    con: duckdb.DuckDBPyConnection, period: str, limit: int, partners: Sequence[str] | None
) -> dict[str, EvidenceByMetric]:
    by_partner: dict[str, EvidenceByMetric] = defaultdict(dict)
    for row in fetch(con, FIRST_EVIDENCE, period=period, limit=limit, partners=partners):
        by_partner[row["partner_id"]].setdefault((row["metric"], row["program"]), []).append(
            Evidence.of(row)
        )
    return by_partner


def _margins(con: duckdb.DuckDBPyConnection, year: int) -> dict[tuple[str, str], tuple[str, str]]:
    """(partner, criterion) -> the tier it holds, and how much may be lost before the tier is."""
    rows: list[Row] = fetch(
        con, "from decisions.tier_margins where tier_year = $year", year=year + 1
    )
    return {(row["partner_id"], row["criterion"]): (row["tier"], row["sentence"]) for row in rows}
