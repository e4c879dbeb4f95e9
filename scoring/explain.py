"""The proof of one partner's decision, gathered from the warehouse.

Belongs here: queries for one partner and period, and their rows in the shapes of scoring.proof.
Does not: judging anything again; every status and value is read where the pipeline wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import duckdb

from scoring.assumed import assumed_by_rule
from scoring.deciding_rows import Pivots, pivots
from scoring.explain_criteria import change_words, criterion_of
from scoring.explain_rows import EVIDENCE_ROWS, REQUIREMENT_ROWS, TIER_ROWS
from scoring.first_lines import action_lines, program_lines, tier_line
from scoring.labels import program_labels, tier_labels
from scoring.no_decision import why_absent
from scoring.notice_words import notice_words, notices
from scoring.partners import Partner, find_partner
from scoring.proof import Criterion, Evidence, Proof
from scoring.rows import Row, fetch, fetch_one
from scoring.rungs import ladder_program
from scoring.unread_rows import unread_rows
from scoring.vocabulary import Movement, Strength, Subject
from scoring.words import spoken


class NoSuchProgram(LookupError):
    """The policy has no such program; the message lists those that it has."""


class NothingToExplainError(LookupError):
    """The partner has no decision for that year and program; the message says what there is."""


def explain(
    con: duckdb.DuckDBPyConnection, partner: str, year: int, program: str | None = None
) -> Proof:
    """The decision on `partner` (id or name) for the assessed calendar year, with its proof.

    Without `program`: the tier for the year after where one was assigned, else the standing in
    every program of the ledger. With it: the tier when it is the program of the ladder, else the
    standing in that program. Raises PartnerLookupError, NoSuchProgram or NothingToExplainError.
    """
    match = find_partner(con, partner)
    programs = program_labels(con)
    if program is not None and program not in programs:
        raise NoSuchProgram(f"there is no program {program!r}; choose one of {', '.join(programs)}")
    ladder = ladder_program(con)
    if program in (None, ladder):
        tier = fetch_one(
            con,
            "from decisions.tier_assignments where partner_id = $partner and tier_year = $year",
            partner=match.partner_id,
            year=year + 1,
        )
        if ladder and tier:
            return _answered(con, _tier_proof(con, match, year, ladder, tier))
    return _answered(con, standing_proof(con, match, str(year), program))


def _answered(con: duckdb.DuckDBPyConnection, proof: Proof) -> Proof:
    """With the answer before the proof: what happened, why, what to do and by when."""
    decision = proof.decision
    if decision["kind"] == Subject.TIER:
        labels = tier_labels(con)
        lines = tier_line(decision, labels, proof.criteria, list(labels))
    else:
        statuses = dict(part.split(": ") for part in decision["programs"].split(", "))
        lines = program_lines(
            (label, statuses[name], [c for c in proof.criteria if c.program == name])
            for name, label in program_labels(con).items()
            if name in statuses
        )
    table = fetch(
        con,
        "select 1 as there from duckdb_tables()"
        " where schema_name = 'decisions' and table_name = 'actions'",
    )
    if table:
        partner = decision["partner_id"]
        query = "from decisions.actions where partner_id = $partner"
        lines += action_lines(fetch(con, query, partner=partner))
    return replace(proof, answer=tuple(lines))


def standing_proof(
    con: duckdb.DuckDBPyConnection, partner: Partner, period: str, program: str | None
) -> Proof:
    """The roll-up of each program in `period` (a year or a review) with every requirement.

    NothingToExplainError when the partner is in no ledger of that period.
    """
    standings = fetch(
        con,
        """from marts.fct_program_compliance where partner_id = $partner and period = $period
        and ($program is null or program = $program) order by program""",
        partner=partner.partner_id,
        period=period,
        program=program,
    )
    if not standings:
        raise NothingToExplainError(why_absent(con, partner, period, program))
    called = program_labels(con)
    sentence = "; ".join(
        f"{spoken(row['status'])} in {called.get(row['program'], row['program'])}"
        for row in standings
    )
    decision = {
        "kind": Subject.COMPLIANCE,
        "partner_id": partner.partner_id,
        "name": partner.name,
        "period": period,
        "sentence": f"{partner}: {sentence} for {period}.",
        "status": standings[0]["status"] if len(standings) == 1 else None,
        "program": standings[0]["program"] if len(standings) == 1 else None,
        "programs": ", ".join(f"{row['program']}: {row['status']}" for row in standings),
    }
    programs = [row["program"] for row in standings]
    decision |= _publication(con, partner, period, programs)
    turns = pivots(con, period, [partner.partner_id])
    criteria = _requirements(con, partner.partner_id, period, programs, turns)
    return Proof(decision, tuple(criteria))


def _tier_proof(
    con: duckdb.DuckDBPyConnection, partner: Partner, year: int, program: str, tier: Row
) -> Proof:
    notice = notices(con, year + 1).get(partner.partner_id)
    decision = {
        "kind": Subject.TIER,
        "name": partner.name,
        "program": program,
        "sentence": tier_sentence(partner, year, tier, tier_labels(con), notice),
        **tier,
        "notice": notice,
        **_publication(con, partner, str(year), [program]),
    }
    rows = fetch(con, TIER_ROWS, partners=[partner.partner_id], year=year, period=str(year))
    evidence = _evidence(con, partner.partner_id, str(year))
    turns = pivots(con, str(year), [partner.partner_id])
    unread = unread_rows(con, str(year), [partner.partner_id])
    assumed = assumed_by_rule(con)
    reached = next((r["tier_rank"] for r in rows if r["tier"] == tier["tier"]), 1)
    margins = {
        row["criterion"]: row["sentence"]
        for row in fetch(
            con,
            """from decisions.tier_margins where partner_id = $partner and tier_year = $year""",
            partner=partner.partner_id,
            year=year + 1,
        )
    }
    criteria = []
    for row in rows:
        shown = criterion_of(row, program, evidence, assumed)
        held = margins.get(shown.id) if (row["tier_rank"] or 0) <= reached else None
        beside = unread.get((partner.partner_id, program, row["tier"], shown.id), ())
        shown = replace(shown, tier=row["tier"], change=change_words(row) or held, unread=beside)
        if row["is_roll_up"]:
            parts = tuple(_requirements(con, partner.partner_id, str(year), [program], turns))
            merged = [
                item for part in parts if part.strength == Strength.MUST for item in part.evidence
            ]
            own = shown.evidence or tuple(dict.fromkeys(merged))
            shown = replace(shown, parts=parts, evidence=own)
        criteria.append(turned(shown, turns, partner.partner_id))
    return Proof(decision, tuple(criteria))


def _publication(
    con: duckdb.DuckDBPyConnection, partner: Partner, period: str, programs: list[str]
) -> Row:
    """By whom and when the decisions were published, and whether their rows are unchanged."""
    rows = fetch(
        con,
        """select publication, published_by, published_on, rows_as_published
        from run.published_decisions
        where partner_id = $partner and period = $period and list_contains($programs, program)
        order by program""",
        partner=partner.partner_id,
        period=period,
        programs=programs,
    )
    if not rows:
        return {"publication": None}
    held = [row["rows_as_published"] for row in rows]
    return {**rows[0], "rows_as_published": all(held) if None not in held else None}


def tier_sentence(
    partner: Partner, year: int, tier: Row, labels: Mapping[str, str], notice: Row | None = None
) -> str:
    """A row of `decisions.tier_assignments` in words, with its notice of a fall if it has one.

    `labels` as `tier_labels` gives them.
    """

    def called(name: str) -> str:
        return labels.get(tier[name] or "", tier[name])

    parts = [f"{partner}: {called('tier')} for {tier['tier_year']}, on the results of {year}"]
    if tier["movement"] == Movement.FIRST:
        parts.append("its first assignment")
    elif tier["movement"] == Movement.SAME:
        parts.append("as before")
    else:
        parts.append(f"{tier['movement']} from {called('previous_tier')}")
    if tier["undetermined"]:
        parts.append(f"undetermined, up to {called('tier_high')}")
    if tier["closed_on"]:
        parts.append(f"status ended on {tier['closed_on']} ({tier['closed_reason']})")
    if notice:
        parts.append(notice_words(notice, labels))
    end = f" {tier['smallest_change']}" if tier["smallest_change"] else ""
    return f"{'; '.join(parts)}.{end}"


def _requirements(
    con: duckdb.DuckDBPyConnection,
    partner_id: str,
    period: str,
    programs: list[str],
    turns: Pivots,
) -> Iterable[Criterion]:
    evidence = _evidence(con, partner_id, period)
    unread = unread_rows(con, period, [partner_id])
    assumed = assumed_by_rule(con)
    rows = fetch(con, REQUIREMENT_ROWS, partners=[partner_id], period=period, programs=programs)
    for row in rows:
        shown = criterion_of(row, row["program"], evidence, assumed)
        shown = replace(
            shown,
            change=change_words(row),
            underlying_status=row["underlying_status"],
            unread=unread.get((partner_id, row["program"], None, row["id"]), ()),
        )
        yield turned(shown, turns, partner_id)


def turned(criterion: Criterion, turns: Pivots, partner_id: str) -> Criterion:
    """The criterion with the rows that decide it. These belong to this run and say nothing about
    another run's answer."""
    pivot = () if criterion.since else turns.of(partner_id, criterion)
    return replace(criterion, pivot=pivot)


def _evidence(
    con: duckdb.DuckDBPyConnection, partner_id: str, period: str
) -> dict[tuple[str, str | None], list[Evidence]]:
    """Evidence by (metric, program); program None means every program."""
    by_metric: dict[tuple[str, str | None], list[Evidence]] = {}
    for row in fetch(con, EVIDENCE_ROWS, partner=partner_id, period=period):
        by_metric.setdefault((row["metric"], row["program"]), []).append(Evidence.of(row))
    return by_metric
