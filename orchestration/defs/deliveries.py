"""The check of what was delivered for an entity: which file is refused, why, and what to do.

Belongs here: how a refused delivery reads in Dagster. Does not: judging it (ingest/expectations).
"""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
import duckdb

from ingest.deliveries.kept_results import Refusal, kept_results, standing_refusals
from ingest.expectations.suites import CRITICAL, CheckResult
from orchestration.defs.metadata import markdown_table, preview_query

# A check names this many faults in its sentence; its metadata lists all.
FAULTS_SHOWN = 20
ENTITIES = """
    select delivery_id, coalesce(entity, '') from landing.deliveries where source = $source
"""
NAME = "its_deliveries_are_what_they_claim"
ROWS = """
    select file, coalesce(cell, 'row ' || "row") as place, value, message as what
    from landing.quarantine
    inner join landing.deliveries using (delivery_id)
    where delivery_id in $refused and "row" is not null and rule <> 'refused'
    order by file, "row", cell, rule
"""
REMEDY = (
    "Nothing of a refused file is used; what landed before stays. Correct the file and put it in "
    "its place again (`plumbline check FILE` names every fault), and run again; or accept it as it "
    "is with `plumbline run --year YEAR --accept FILE --by PERSON --reason TEXT`."
)


@dataclass(frozen=True)
class OfSource:
    """What is recorded about a source's deliveries, read once for all of its tables: the suite's
    results and the digest of what they cover, refusals still in force, the entity of each
    delivery."""

    results: list[CheckResult]
    judged: str | None
    refusals: list[Refusal]
    owners: dict[str, str]


def of_source(con: duckdb.DuckDBPyConnection, source: str) -> OfSource:
    """Read it."""
    owners = dict(con.execute(ENTITIES, {"source": source}).fetchall())
    return OfSource(*kept_results(con, source), standing_refusals(con, source), owners)


@dataclass(frozen=True)
class Watched:
    """One landed table and what was delivered for it; the first table of a source also has its
    stray files, which belong to no entity."""

    source: str
    entity: str
    key: dg.AssetKey
    is_first: bool

    @property
    def spec(self) -> dg.AssetCheckSpec:
        """The check of the table's deliveries."""
        return dg.AssetCheckSpec(
            name=NAME,
            asset=self.key,
            description=f"Great Expectations suite of {self.source}, over the deliveries of "
            f"{self.entity}: each can be what it claims. One that cannot is refused as a whole; "
            "what was there before stays.",
        )

    def judged(
        self, con: duckdb.DuckDBPyConnection, stored: OfSource | None = None
    ) -> dg.AssetCheckResult:
        """The suite's last result; a file that is still refused makes the check fail too.

        `stored` is `of_source` where it was read already.
        """
        stored = stored or of_source(con, self.source)
        results, judged, owners = stored.results, stored.judged, stored.owners
        refused = [each for each in stored.refusals if self._is_of(each.entity)]
        short = [
            result
            for result in results
            if any(self._is_of(owners.get(failing, "")) for failing in result.failing)
        ]
        # What fails a critical expectation is refused, and reported as refused.
        warned = [result.sentence for result in short if result.severity != CRITICAL]
        sentences = [*(refusal.sentence for refusal in refused), *warned]
        more = len(sentences) - FAULTS_SHOWN
        words = "; ".join(sentences[:FAULTS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        return dg.AssetCheckResult(
            asset_key=self.key,
            check_name=NAME,
            passed=not sentences,
            severity=dg.AssetCheckSeverity.WARN,
            description=words or "every delivery is what it claims",
            metadata={
                **_refused(con, refused),
                **{f"fails: {result.name}": result.sentence for result in short},
                **{f"holds: {each.name}": each.sentence for each in results if each.passed},
                "judged": judged or "no judgement is kept",
            },
        )

    def _is_of(self, entity: str) -> bool:
        return entity == self.entity or (self.is_first and not entity)


def _refused(
    con: duckdb.DuckDBPyConnection, refused: list[Refusal]
) -> dict[str, dg.MetadataValue | str]:
    """The files, their first faulty rows, and the remedy; nothing where none is refused."""
    if not refused:
        return {}
    files = [(each.file, each.rows, each.message) for each in refused]
    parameters = {"refused": [each.delivery_id for each in refused]}
    return {
        "files_refused": dg.MetadataValue.md(markdown_table(("file", "rows", "why"), files)),
        "first_rows_at_fault": preview_query(con, ROWS, parameters),
        "what_to_do": REMEDY,
    }
