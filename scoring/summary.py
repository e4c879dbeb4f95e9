"""What a person wants to know after a run: what changed, what needs them, where it lies.

Belongs here: counts and short lists read from the warehouse, their rendering.
Does not: judging, or the run itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

import duckdb
from rich.console import Console
from rich.text import Text

from ingest.formats.terminal import print_table
from scoring.rows import Row, fetch, fetch_one
from scoring.words import plural

LISTED = 15

QUERIES = {
    "tiers": """
        select tiers.tier, count(rows.partner_id) as partners,
            count(*) filter (where rows.movement = 'up') as up,
            count(*) filter (where rows.movement = 'down') as down,
            count(*) filter (where rows.movement = 'first') as first,
            count(*) filter (where rows.undetermined) as undetermined
        from policy.tiers as tiers
        left join decisions.tier_assignments as rows
            on rows.tier = tiers.tier and rows.tier_year = $year + 1
        group by tiers.tier, tiers.tier_rank order by tiers.tier_rank desc""",
    "moves": """
        select rows.partner_id, partners.name, rows.previous_tier, rows.tier, rows.movement,
            rows.binding_criterion
        from decisions.tier_assignments as rows
        left join marts.dim_partners as partners using (partner_id)
        where rows.tier_year = $year + 1 and rows.movement in ('up', 'down')
        order by rows.movement, rows.partner_id""",
    "reviews": """
        select review, program, count(*) filter (where outcome = 'compliant') as compliant,
            count(*) filter (where outcome = 'non_compliant') as non_compliant,
            count(*) filter (where outcome = 'undetermined') as undetermined,
            count(*) filter (where recommended_action = 'end_status') as end_recommended
        from decisions.governance_reviews
        inner join intermediate.int_periods as periods on periods.period = review
        where periods.year = $year
        group by review, program order by review, program""",
    "undetermined_tiers": """
        select rows.partner_id, partners.name, rows.tier_low, rows.tier_high, rows.smallest_change
        from decisions.tier_assignments as rows
        left join marts.dim_partners as partners using (partner_id)
        where rows.tier_year = $year + 1 and rows.undetermined order by rows.partner_id""",
    "needs_review": """
        select rows.partner_id, partners.name, rows.program, rows.requirement, rows.clause,
            rows.reason
        from marts.fct_requirement_results as rows
        left join marts.dim_partners as partners using (partner_id)
        where rows.period = $period and rows.status = 'needs_review'
        order by rows.partner_id, rows.program, rows.requirement""",
    "refused": """
        select deliveries.source, deliveries.entity, deliveries.file,
            arg_min(quarantine.message, coalesce(quarantine."row", 0)) as message
        from landing.deliveries as deliveries
        left join landing.quarantine as quarantine using (delivery_id)
        where deliveries.status = 'refused'
        group by all order by deliveries.source, deliveries.entity, deliveries.file""",
    "quarantined": """
        select source, entity, file, rows_quarantined as rows from landing.deliveries
        where rows_quarantined > 0 and status <> 'refused' order by source, entity, file""",
    "conflicts": """
        select partner_id, parameter, min(conflict_reason) as reason
        from intermediate.int_policy__partner_values where conflict
        group by partner_id, parameter order by partner_id, parameter""",
    "findings": """
        select source, entity, finding, count(*) as rows from marts.fct_findings
        group by source, entity, finding order by source, entity, finding""",
    "unconfirmed": """
        select count(*) filter (status = 'placeholder') as placeholders,
            count(*) filter (status = 'reported') as reported from policy.parameters""",
}


@dataclass(frozen=True)
class Summary:
    """Counts and lists of one run; every list is whole here and cut only when printed."""

    year: int
    last_period: str
    as_of: date | None
    known_at: datetime | None
    policy_set: str
    policy_version: str
    partners: int
    deliveries: dict[str, int]
    tiers: list[Row]
    moves: list[Row]
    reviews: list[Row]
    undetermined_tiers: list[Row]
    needs_review: list[Row]
    refused: list[Row]
    quarantined: list[Row]
    conflicts: list[Row]
    findings: list[Row]
    placeholders: int
    reported: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values, dates as ISO text."""
        found = asdict(self)
        for name in ("as_of", "known_at"):
            found[name] = found[name].isoformat() if found[name] else None
        return found

    def render(self, console: Console, where: Mapping[str, object] | None = None) -> None:
        """Print what changed, what needs a person, and where everything lies."""
        console.print(Text(self._headline(), style="bold"))
        if any(row["partners"] for row in self.tiers):
            _print(console, f"Tiers for {self.year + 1}", self.tiers)
        if self.moves:
            columns = ("previous_tier", "tier", "binding_criterion")
            _print(console, f"Moved ({plural(len(self.moves), 'partner')})", self.moves, columns)
        if self.reviews:
            _print(console, f"Reviews of {self.year}", self.reviews)
        console.print(Text("Needs a person", style="bold"))
        for line in self._needs():
            console.print(Text(f"  {line}"))
        lists: dict[str, tuple[list[Row], tuple[str, ...]]] = {
            "Tiers undetermined": (self.undetermined_tiers, ("smallest_change",)),
            "Requirements to judge": (self.needs_review, ("requirement", "reason")),
            "Files refused": (self.refused, ("file", "message")),
            "Rows quarantined": (self.quarantined, ("file", "rows")),
            "Agreements in conflict": (self.conflicts, ("reason",)),
        }
        for title, (rows, shown) in lists.items():
            if rows:
                _print(console, title, rows, shown)
        if where:
            console.print(Text("Where it lies", style="bold"))
            for name, place in where.items():
                console.print(Text(f"  {name}: {place}"), soft_wrap=True)
            if self.moves:
                asked = f"plumbline explain {self.moves[0]['partner_id']} --year {self.year}"
                console.print(Text(f"Why a partner stands where it does: {asked}"), soft_wrap=True)

    def _headline(self) -> str:
        known = f", known at {self.known_at} UTC" if self.known_at else ""
        return (
            f"{self.year}: {plural(self.partners, 'partner')}, policy {self.policy_set} "
            f"({self.policy_version[:12]}), as of {self.as_of}{known}"
        )

    def _needs(self) -> list[str]:
        quarantined = sum(row["rows"] for row in self.quarantined)
        counts = (
            (len(self.undetermined_tiers), "undetermined tier"),
            (len(self.needs_review), "requirement to judge"),
            (len(self.refused), "refused file"),
            (quarantined, "quarantined row"),
            (len(self.conflicts), "agreement conflict"),
            (sum(row["rows"] for row in self.findings), "finding"),
            (self.placeholders, "policy placeholder to confirm"),
            (self.reported, "reported policy value to confirm"),
        )
        plurals = {
            "requirement to judge": "requirements to judge",
            "policy placeholder to confirm": "policy placeholders to confirm",
            "reported policy value to confirm": "reported policy values to confirm",
        }
        return [plural(count, one, plurals.get(one)) for count, one in counts if count] or [
            "nothing"
        ]


def summarise(con: duckdb.DuckDBPyConnection, period: str | None = None) -> Summary:
    """The summary of the warehouse's last run, or of one of its periods; needs marts and decisions
    to be built."""
    parameters = fetch_one(con, "from run.parameters") or {}
    if period is not None:
        parameters |= {"year": int(period.split("-")[0]), "last_period": period}
    given = {"year": parameters["year"], "period": parameters["last_period"]}
    found = {name: fetch(con, query, **given) for name, query in QUERIES.items()}
    unconfirmed = found.pop("unconfirmed")[0]
    deliveries = fetch(
        con, "select status, count(*) as files from landing.deliveries group by 1 order by 1"
    )
    partners = fetch(con, "select partner_id from marts.dim_partners")
    named = {
        name: parameters[name]
        for name in ("year", "last_period", "as_of", "known_at", "policy_set", "policy_version")
    }
    return Summary(
        **cast(Any, named),
        partners=len(partners),
        deliveries={row["status"]: row["files"] for row in deliveries},
        **cast(Any, unconfirmed),
        **cast(Any, found),
    )


def _print(console: Console, title: str, rows: list[Row], columns: tuple[str, ...] = ()) -> None:
    """The named columns (all when none are) with the partner before them where a row has one."""
    if columns and "partner_id" in rows[0]:
        rows = [
            {**row, "partner": " ".join(p for p in (row["partner_id"], row.get("name")) if p)}
            for row in rows
        ]
        columns = ("partner", *columns)
    print_table(console, title, rows, columns, LISTED)
