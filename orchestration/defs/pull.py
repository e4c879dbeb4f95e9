"""The asset that fetches pages of vendors' APIs into the landing zone before they land.

Belongs here: when it is asked, what Dagster shows of it. Does not: asking (ingest/api/).
"""

import dagster as dg

from ingest.api.pull import NEEDED, missing
from orchestration import progress
from orchestration.defs.owners import OPERATIONS
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.pulling import pulled
from orchestration.sources import brought_for

API_PULL = dg.AssetKey(["landing", "api_pull"])
# Which source's landing reads what a pull writes.
PULLED_SOURCES = ("account_mapping", "app_usage")


@dg.asset(
    key=API_PULL,
    group_name="ingest",
    owners=[OPERATIONS],
    kinds={"python", "api"},
    pool=WRITER_POOL,
    description="Pages of the account-mapping API and of app installations, fetched into the "
    "landing zone as received when the vendor's credentials are in the environment. A vendor that "
    "can't be reached stops nothing: what was there stays, and the run names it.",
)
def api_pull(program: Program) -> dg.MaterializeResult:
    """Ask each vendor whose credentials are set, and say plainly whose are not."""
    told: dict[str, str] = {}
    done = []
    for brought in brought_for(program.places):
        told[brought.source] = "; ".join([f"{len(brought.things)} things", *brought.faults])
    for vendor in sorted(NEEDED):
        lacking = missing(vendor)
        if lacking:
            told[vendor] = f"not asked: set {', '.join(lacking)} in the environment to pull"
            continue
        found = pulled(vendor, program.places.landing)
        done += found
        pages = sum(len(one.files) for one in found)
        faults = [f"{one.endpoint}: {one.fault}" for one in found if one.fault]
        told[vendor] = "; ".join([f"{pages} pages of {len(found)} endpoints", *faults])
        progress.report("pull", f"{vendor}: {pages} pages")
    with program.connect() as con:
        con.execute("delete from landing.api_pull")
        for one in done:
            row = [one.vendor, one.endpoint, len(one.files), one.fault]
            con.execute("insert into landing.api_pull values (?, ?, ?, ?)", row)
    return dg.MaterializeResult(metadata=told)
