"""Assets of the ingest stage: every landed entity, what landed as a whole, resolution.

Belongs here: which landed table comes from which source, and what Dagster shows of it.
Does not: reading, judging or landing (ingest/), or what a run is asked for (request.py).
"""

from collections.abc import Iterator

import dagster as dg

from ingest.judging.contract import entities, sources
from orchestration import progress, settings
from orchestration.defs.deliveries import Watched, of_source
from orchestration.defs.failures import HARMED, note_faults
from orchestration.defs.landed_tables import changed_landing, record_landing
from orchestration.defs.metadata import preview
from orchestration.defs.owners import OPERATIONS
from orchestration.defs.pull import API_PULL, FETCHED, PULLED_SOURCES, api_pull, fetched_files
from orchestration.defs.request import GROUP, POLICY, REQUEST, run_request_and_policy
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.speed.memory import give_back
from scoring.words import plural

DELIVERIES = dg.AssetKey(["landing", "deliveries"])
QUARANTINE = dg.AssetKey(["landing", "quarantine"])
COVERED_MONTHS = dg.AssetKey(["landing", "covered_months"])
NOTES = dg.AssetKey(["landing", "delivery_notes"])
UNREAD = dg.AssetKey(["landing", "unread_rows"])
# Landed tables that are not entities of the contract, by the source that fills them: the entity of
# their deliveries, and what they are.
SHARED_TABLES = {
    "account_mapping": {
        "crossbeam_records": (
            "crossbeam_api",
            "Records of the account-mapping vendor's pages, as the vendor sent them.",
        )
    },
    "app_usage": {
        "usage_calls": (
            "usage_events",
            "The usage feed in force, summed by app, company, month, success and file.",
        )
    },
}
ENTITIES = {
    name: declared[0] for tables in SHARED_TABLES.values() for name, declared in tables.items()
}
RESOLVED = {
    "domains": "Registrable domain of every landed domain, and whether it tells a company apart.",
    "names": "Normalised legal name of every landed company name.",
    "near_names": "Pairs of customers' normalised names that may be two spellings of one.",
    "business_days": "Calendar of business days with the policy's holidays.",
    "zone_changes": "When the clocks of the program's zone change, by one table for every engine.",
}


def _source_assets(source: str) -> dg.AssetsDefinition:
    members = [spec for spec in entities() if spec.source == source]
    shared = SHARED_TABLES.get(source, {})
    pulled = [API_PULL] if source in PULLED_SOURCES else [FETCHED]
    specs = [
        dg.AssetSpec(
            ["landing", spec.name],
            group_name=GROUP,
            deps=[REQUEST, POLICY, *pulled],
            kinds={"duckdb"},
            owners=[OPERATIONS],
            tags={"source": source},
            description=f"Accepted rows of {source}/{spec.name}"
            + (f": {spec.note}." if spec.note else ", history kept.")
            + (f"\n\nKey: {', '.join(spec.key)}." if spec.key else ""),
        )
        for spec in members
    ] + [
        dg.AssetSpec(
            ["landing", name],
            group_name=GROUP,
            deps=[REQUEST, POLICY, *pulled],
            kinds={"duckdb"},
            owners=[OPERATIONS],
            tags={"source": source},
            description=description,
        )
        for name, (_, description) in shared.items()
    ]
    delivered = {spec.key: ENTITIES.get(spec.key.path[-1], spec.key.path[-1]) for spec in specs}
    own = [spec.name for spec in members]
    watched = [
        Watched(source, entity, key, is_first=not place)
        for place, (key, entity) in enumerate(delivered.items())
        if entity == key.path[-1] or entity not in own
    ]
    checks = [each.spec for each in watched]

    @dg.multi_asset(specs=specs, name=f"land_{source}", pool=WRITER_POOL, check_specs=checks)
    def land_source(
        context: dg.AssetExecutionContext, program: Program
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        from ingest.formats.map_store import read_maps
        from ingest.landing.land import land
        from orchestration.engines.spark_feed import feed_summed_by
        from orchestration.map_folders import map_folders

        places, maps = program.places, read_maps(map_folders())
        with program.connect() as con, feed_summed_by(settings.engine(), places.warehouse):
            harmed = changed_landing(con, source)
            report = land(con, places.landing, places.store, sources=[source], maps=maps)
            record_landing(con, source)
            note_faults(con, (HARMED.format(table=table) for table in harmed))
            mended = "".join(f"; kept again: {file}" for file in report.mended)
            new = plural(report.new_deliveries, "new delivery", "new deliveries")
            progress.report(f"land {source}", f"{new}{mended}")
            for spec in specs:
                table = spec.key.path[-1]
                yield dg.MaterializeResult(asset_key=spec.key, metadata=_landed(con, table))
            if report.new_deliveries:
                # The memory that a source's files were read into is of no use to the next source.
                give_back()
            stored = of_source(con, source)
            for each in watched:
                yield each.judged(con, stored)

    return land_source


def _landed(con, table: str) -> dict:
    deliveries, quarantined = con.execute(
        "select count(*), coalesce(sum(rows_quarantined), 0) from landing.deliveries"
        " where entity = ?",
        [ENTITIES.get(table, table)],
    ).fetchone()
    rows = 0
    if table != "usage_events":
        rows = con.execute(f"select count(*) from landing.{table}").fetchone()[0]
    else:
        rows = con.execute(
            "select coalesce(sum(rows_accepted), 0) from landing.deliveries"
            " where entity = 'usage_events'"
        ).fetchone()[0]
    return {
        "dagster/row_count": int(rows),
        "deliveries": deliveries,
        "rows_quarantined": int(quarantined),
    }


LANDED_CHECK = dg.AssetCheckSpec(
    name="landed_tables_reconcile",
    asset=DELIVERIES,
    blocking=True,
    description="Rows read = accepted + quarantined + duplicate for every delivery, and the "
    "landed tables hold what deliveries say. A failure stops everything that comes next.",
)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key,
            group_name=GROUP,
            owners=[OPERATIONS],
            deps=[["landing", spec.name] for spec in entities()]
            + [["landing", name] for names in SHARED_TABLES.values() for name in names],
            kinds={"duckdb"},
            description=text,
        )
        for key, text in (
            (DELIVERIES, "Every delivery with its digest, its status and its row counts."),
            (QUARANTINE, "Every row that broke its contract: value, rule and remedy."),
            (UNREAD, "Quarantined rows that stay in sight: whose they are and their days."),
            (NOTES, "What was noticed in a delivery and cost no row, such as unknown columns."),
            (COVERED_MONTHS, "Months that the usage feed covers."),
        )
    ],
    name="landed",
    pool=WRITER_POOL,
    check_specs=[LANDED_CHECK],
)
def landed(program: Program) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Show what landed and compare the landed tables with the deliveries."""
    from ingest.expectations import landed_checks

    with program.connect() as con:
        for key in (DELIVERIES, QUARANTINE, UNREAD, NOTES, COVERED_MONTHS):
            yield dg.MaterializeResult(
                asset_key=key, metadata={"preview": preview(con, ".".join(key.path))}
            )
        results = landed_checks(con)
        failed = [result for result in results if not result.passed]
        yield dg.AssetCheckResult(
            asset_key=DELIVERIES,
            check_name=LANDED_CHECK.name,
            passed=not failed,
            severity=dg.AssetCheckSeverity.ERROR,
            description="; ".join(result.sentence for result in failed)
            or f"{len(results)} reconciliations hold",
        )


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["resolved", name],
            group_name=GROUP,
            owners=[OPERATIONS],
            deps=[DELIVERIES, POLICY],
            kinds={"python", "duckdb"},
            description=text,
        )
        for name, text in RESOLVED.items()
    ],
    name="resolve",
    pool=WRITER_POOL,
)
def resolve(program: Program) -> Iterator[dg.MaterializeResult]:
    """Have the libraries interpret landed text: domains, legal names, business days."""
    from ingest.resolved import resolve as resolution

    with program.connect() as con:
        resolution.resolve(con)
        progress.report("resolve", "domains, names, business days")
        for name in RESOLVED:
            yield dg.MaterializeResult(
                asset_key=["resolved", name],
                metadata={"preview": preview(con, f"resolved.{name}")},
            )


ASSETS = [
    run_request_and_policy,
    fetched_files,
    api_pull,
    *[_source_assets(source) for source in sources()],
    landed,
    resolve,
]
