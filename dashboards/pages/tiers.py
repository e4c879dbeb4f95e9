"""Tiers: who has which tier next year, who moved, and what holds each partner back."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count
from dashboards.flow import flow
from dashboards.pages.common import (
    Figures,
    assumed,
    clause,
    criterion_label,
    partner,
    readable,
    tier_label,
)
from dashboards.pages.tier_notices import notice_sections
from dashboards.pages.tier_steps import step_sections
from scoring.vocabulary import UNCONFIRMED, Movement, Subject
from scoring.words import how_sure

ASSIGNMENTS = "decisions.tier_assignments"
CHANGES = "decisions.changes"
MARGINS = "decisions.tier_margins"
SHOWN = 20
ONCE = "Assessed once, on the calendar year before ({}); nothing moves a tier within the year."


def page(tables: Tables) -> Page:
    """Tier assignments of the latest tier year."""
    tier_year = tables.tier_year
    rows = tables.where("tier_assignments", "tier_year", tier_year)
    open_rows = [row for row in rows if row["undetermined"]]
    moves = count_by(rows, lambda row: row["movement"])
    lead = [
        Markup(
            "{} partners have a tier for {}: {} rise, {} fall, {} stay, {} are assessed for the "
            "first time. {} left the program."
        ).format(
            count(len(rows), ASSIGNMENTS, {"tier_year": tier_year}),
            tier_year,
            *(
                count(moves.get(m, 0), ASSIGNMENTS, {"tier_year": tier_year, "movement": m})
                for m in (Movement.UP, Movement.DOWN, Movement.SAME, Movement.FIRST)
            ),
            count(len(_leavers(tables)), CHANGES, _left_key(tables)),
        ),
        Markup("{} of them could stand higher once missing evidence or a judgement is in.").format(
            count(len(open_rows), ASSIGNMENTS, {"tier_year": tier_year, "undetermined": True})
        ),
    ]
    stepped = step_sections(tables)
    if not stepped:
        lead.append(Markup(ONCE).format(clause(tables, "TIER-ANNUAL")))
    lead += _named_by_others(tables)
    sections = [_movement(tables, rows)]
    if open_rows:
        sections.append(_open(tables, open_rows))
    sections += [*stepped, *notice_sections(tables)]
    sections += [_near(tables, rows), _held(tables), _assignments(tables, rows)]
    return Page(tables.at("tiers.html"), f"Tiers for {tier_year}", lead, [], sections)


def _named_by_others(tables: Tables) -> list[Markup]:
    """A sentence for each tier whose name is in no document."""
    return [
        Markup("The tier {} is named in no document at hand: {}.").format(
            row["label"], how_sure(row)
        )
        for row in tables.tiers.values()
        if row["status"] in UNCONFIRMED
    ]


FIRST, GONE = "first time", "left the program"


def _movement(tables: Tables, rows: list[Row]) -> Section:
    year = tables.tier_year
    counts = count_by(rows, lambda row: (_from(row), row["tier"]))
    gone = count_by(_leavers(tables), lambda row: row["before"])
    before = [*tables.tiers, *sorted({b for b, _ in counts} - {FIRST, *tables.tiers}, key=str)]
    body = []
    for old in [*before, *([FIRST] if any(b == FIRST for b, _ in counts) else [])]:
        cells = [cell(_before(tables, old))]
        for new in tables.tiers:
            key = {"tier_year": year, **_key(tables, old, new), "tier": new}
            cells.append(count(counts.get((old, new), 0), ASSIGNMENTS, key))
        left = {**_left_key(tables), "before": old}
        cells.append(cell("—") if old == FIRST else count(gone.get(old, 0), CHANGES, left))
        body.append(cells)
    labels = [tier_label(tables, tier) for tier in tables.tiers]
    head = columns("Before", *(f"#{label}" for label in labels), "#Left the program")
    table = Table(f"From tier (rows) to tier (columns), {year}", head, body)
    words = [
        Markup(
            "Each row of a tier adds up to the partners that had that tier for {}; partners "
            "assessed for the first time had none, and partners that left the program have none "
            "for {}."
        ).format(year - 1, year)
    ]
    drawn = [_flow(tables, rows)] if rows else []
    return Section("Movement", "movement", words, charts=drawn, tables=[table])


def _from(row: Row) -> str | None:
    """Where a partner comes from: the tier before, or nowhere at its first assignment."""
    return FIRST if row["movement"] == Movement.FIRST else row["previous_tier"]


def _key(tables: Tables, old: str | None, new: str) -> dict[str, str | None]:
    """The key of those who went from one tier to the other. First assignments also have a previous
    tier, the one with which everybody begins, but count as coming from nowhere."""
    if old == FIRST:
        return {"movement": Movement.FIRST}
    order = list(tables.tiers)
    if old not in order:
        return {"previous_tier": old}
    step = order.index(new) - order.index(old)
    moved = Movement.UP if step > 0 else Movement.DOWN if step < 0 else Movement.SAME
    return {"previous_tier": old, "movement": moved}


def _leavers(tables: Tables) -> list[Row]:
    """The changes of partners that had a tier for the year before and have none now."""
    rows = tables.headline_changes
    return [row for row in rows if row["kind"] == Subject.TIER and row["after"] is None]


def _left_key(tables: Tables) -> dict[str, str | None]:
    return {"since": "year-before", "period": tables.period, "kind": Subject.TIER, "after": None}


def _before(tables: Tables, tier: str | None) -> str:
    return "no tier" if tier is None else FIRST if tier == FIRST else tier_label(tables, tier)


def _flow(tables: Tables, rows: list[Row]) -> Chart:
    """Who went from which tier to which: bands from the year before to this one."""
    moves = count_by(
        rows,
        lambda r: (_before(tables, _from(r)), tier_label(tables, r["tier"]), r["movement"]),
    )
    for row in _leavers(tables):
        move = (tier_label(tables, row["before"]), GONE, "left")
        moves[move] = moves.get(move, 0) + 1
    labels = [tier_label(tables, tier) for tier in tables.tiers]
    others = sorted({move[0] for move in moves} - set(labels))
    svg = flow(
        moves,
        [*others, *labels],
        [GONE, *labels],
        f"Partners by tier for {tables.tier_year - 1} and for {tables.tier_year}",
    )
    tally = count_by(rows, lambda row: row["movement"])
    key = {"tier_year": tables.tier_year}
    title = Markup("{} rise and {} fall from {} to {}").format(
        count(tally.get(Movement.UP, 0), ASSIGNMENTS, {**key, "movement": Movement.UP}),
        count(tally.get(Movement.DOWN, 0), ASSIGNMENTS, {**key, "movement": Movement.DOWN}),
        tables.tier_year - 1,
        tables.tier_year,
    )
    return Chart(title, svg, ASSIGNMENTS)


def _criterion(tables: Tables, criterion: str) -> Markup:
    return cell(criterion_label(tables, criterion)) + _assumed(tables, criterion)


def _assumed(tables: Tables, criterion: str) -> Markup:
    return assumed(tables, *tables.criterion_parameters.get(criterion, []))


def _figures(row: Row) -> Figures:
    return Figures(ASSIGNMENTS, row, "tier_year", "partner_id")


def _open(tables: Tables, rows: list[Row]) -> Section:
    body = []
    for row in rows:
        shown = _figures(row)
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                shown("tier_low", tier_label(tables, row["tier_low"])),
                shown("tier_high", tier_label(tables, row["tier_high"])),
                shown("smallest_change", readable(tables, row["smallest_change"])),
            ]
        )
    words = [Markup("The lower tier is assigned until what is missing decides otherwise.")]
    head = columns("Partner", "At least", "At most", "~What decides it")
    table = Table("Tiers that are not settled", head, body)
    return Section("Not settled", "open", words, tables=[table])


def _scales(tables: Tables) -> set[str]:
    """Criteria with a meaningful distance: their threshold is an amount, not one of something."""
    rows = tables.query(
        "select distinct criterion from policy.tier_criteria as criteria"
        " inner join policy.parameter_values as held"
        " on held.parameter = criteria.threshold_parameter where held.number > 1"
    )
    return {row["criterion"] for row in rows}


def _near(tables: Tables, rows: list[Row]) -> Section:
    scales = _scales(tables)
    close = [
        r
        for r in rows
        if r["binding_criterion"] in scales and r["gap_to_next"] and not r["closed_on"]
    ]
    close.sort(key=lambda row: (row["gap_to_next"], row["partner_id"]))
    body = []
    for row in close[:SHOWN]:
        shown = _figures(row)
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                shown("tier", tier_label(tables, row["tier"])),
                _criterion(tables, row["binding_criterion"]),
                shown.number("gap_to_next"),
                shown("smallest_change", readable(tables, row["smallest_change"])),
            ]
        )
    head = columns("Partner", "Tier", "What is short", "#Short by", "~Smallest change up")
    caption = f"The {len(body)} smallest gaps to the next tier"
    empty = "nobody is held back by a measured amount alone"
    return Section(
        "Closest to the next tier", "near", tables=[Table(caption, head, body, empty=empty)]
    )


def _held(tables: Tables) -> Section:
    scales = _scales(tables)
    rows = [
        row
        for row in tables.where("tier_margins", "tier_year", tables.tier_year)
        if row["criterion"] in scales and row["margin"] is not None
    ]
    rows.sort(key=lambda row: (row["margin"], row["partner_id"]))
    body = []
    for row in rows[:SHOWN]:
        shown = Figures(MARGINS, row, "tier_year", "partner_id", "criterion")
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                shown("tier", tier_label(tables, row["tier"])),
                shown.number("value", row["threshold"]),
                shown.number("threshold") + _assumed(tables, row["criterion"]),
                shown.number("margin"),
                shown("sentence", readable(tables, row["sentence"])),
            ]
        )
    head = columns("Partner", "Tier", "#Value", "#Threshold", "#Margin", "~In words")
    caption = f"The {len(body)} smallest margins above a tier's threshold"
    words = [
        Markup(
            "A margin below 0: an accepted invitation or a notice holds the tier, not the measured "
            "value."
        )
    ]
    table = Table(caption, head, body, empty="no tier rests on a measured amount")
    return Section("Closest to losing a tier", "held", words, tables=[table])


def _assignments(tables: Tables, rows: list[Row]) -> Section:
    body = []
    for row in rows:
        shown = _figures(row)
        closed = ""
        if row["closed_on"]:
            closed = Markup("closed {}").format(shown("closed_on"))
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                Markup("{} {}").format(shown("tier", tier_label(tables, row["tier"])), closed),
                shown("previous_tier", tier_label(tables, row["previous_tier"])),
                shown.status("movement"),
                shown("binding_criterion", criterion_label(tables, row["binding_criterion"])),
                shown("gap_to_next", "—" if row["gap_to_next"] is None else None),
                shown("smallest_change", readable(tables, row["smallest_change"]) or "—"),
            ]
        )
    head = columns(
        "Partner",
        "%Tier",
        "%Before",
        "%Movement",
        "%What is short",
        "#Gap to next",
        "~Smallest change up",
    )
    caption = f"Tier assignments for {tables.tier_year}"
    return Section("Every partner", "assignments", tables=[Table(caption, head, body, search=True)])
