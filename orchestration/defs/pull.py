"""The asset that fetches pages of vendors' APIs into the landing zone before they land.

Belongs here: when it is asked, what Dagster shows of it. Does not: asking (ingest/api/).
"""

import dagster as dg

from ingest.api.client import PullFailed
from ingest.api.pull import NEEDED, Pulled, missing, pull
from orchestration import progress
from orchestration.defs.owners import OPERATIONS
from orchestration.defs.resources import WRITER_POOL, Program

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
    told, done = {}, []
    for vendor in sorted(NEEDED):
        lacking = missing(vendor)
        if lacking:
            told[vendor] = f"not asked: set {', '.join(lacking)} in the environment to pull"
            continue
        found = _asked(vendor, program)
        done += found
        pages = sum(len(pulled.files) for pulled in found)
        faults = [f"{pulled.endpoint}: {pulled.fault}" for pulled in found if pulled.fault]
        told[vendor] = "; ".join([f"{pages} pages of {len(found)} endpoints", *faults])
        progress.report("pull", f"{vendor}: {pages} pages")
    with program.connect() as con:
        con.execute("delete from landing.api_pull")
        for one in done:
            row = [one.vendor, one.endpoint, len(one.files), one.fault]
            con.execute("insert into landing.api_pull values (?, ?, ?, ?)", row)
    return dg.MaterializeResult(metadata=told)


def _asked(vendor: str, program: Program) -> list[Pulled]:
    try:
        return pull(vendor, program.places.landing)
    except PullFailed as error:
        return [Pulled(vendor, "all", (), str(error))]
