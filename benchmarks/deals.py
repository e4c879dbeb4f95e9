"""Deal registrations of two partners, from the landing zone to their recommendations, as they grow.

Belongs here: the registrations, and what is built from them. Does not: how runs are measured
(measure.py).

`python -m benchmarks.deals 10000 22000 100000` prints, for each number of registrations, the
seconds of the deal models, the pairs that they weighed, and the most memory that was held.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ingest.deliveries.landing_tables import create_tables
from ingest.landing.land import land
from ingest.resolved.resolve import resolve
from orchestration.dbt import run_dbt
from orchestration.periods import land_request, year_request
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy

YEAR = 2025
# Registrations of one customer: about as many as two partners file for it in two years.
PER_CUSTOMER = 4
COLUMNS = (
    "registration_id",
    "partner_id",
    "customer_name",
    "customer_domain",
    "country",
    "submitted_at",
    "via_form",
    "is_renewal",
    "presales_description",
)


def write(landing: Path, count: int) -> None:
    """`count` registrations of two resellers over two years, in one file."""
    folder = landing / "deal_registration"
    folder.mkdir(parents=True)
    start = datetime(YEAR - 1, 1, 2, tzinfo=UTC)
    with (folder / "registrations.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n in range(count):
            customer = (n * 7919) % max(1, count // PER_CUSTOMER)
            at = start + timedelta(seconds=n * (2 * 363 * 86_400 // count))
            name = f"Customer {customer:06d} Works"
            partner = "AB"[n // max(1, count // PER_CUSTOMER) % 2]
            row = (f"R{n}", partner, name, f"customer-{customer:06d}.com", "US")
            writer.writerow((*row, at.isoformat(), "yes", "no", "Two demonstrations"))
    activity = landing / "partner_activity"
    activity.mkdir()
    (activity / "partners.csv").write_text(
        "partner_id,name,joined_on,status\nA,Alpha,2020-01-01,active\nB,Beta,2020-01-01,active\n"
    )
    (activity / "enrollments.csv").write_text(
        "partner_id,program,enrolled_on\nA,reseller,2020-01-01\nB,reseller,2020-01-01\n"
    )
    crm = landing / "crm"
    crm.mkdir()
    (crm / "accounts.csv").write_text("account_id,name\n")
    (crm / "opportunities.csv").write_text("opportunity_id,account_id,kind,created_on,channel\n")


def measured(count: int) -> str:
    """One line for one number of registrations."""
    policy = load_policy()
    with tempfile.TemporaryDirectory(prefix="plumbline-deals-") as folder:
        home = Path(folder)
        write(home / "landing", count)
        path = home / "plumbline.duckdb"
        with duckdb.connect(str(path)) as con:
            create_tables(con)
            land_policy(con, policy)
            land_request(con, year_request(YEAR), policy, policy.name)
            land(con, home / "landing", home / "raw")
            resolve(con)
        start = time.perf_counter()
        results = run_dbt(path, ["run", "--select", "+fct_deal_registrations"])
        seconds = time.perf_counter() - start
        failed = [result for result in results if result.status != "success"]
        if failed:
            raise SystemExit(f"{failed[0].unique_id}: {failed[0].message}")
        with duckdb.connect(str(path), read_only=True) as con:
            pairs, rows = con.execute(
                "select (select count(*) from intermediate.int_deals__pairs), count(*)"
                " from marts.fct_deal_registrations"
            ).fetchall()[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    return (
        f"{rows:>9,} registrations: {seconds:6.1f} s, {pairs:>9,} pairs, "
        f"{pairs / rows:.2f} for each, {memory:.1f} GB"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        print(measured(int(sys.argv[2])))
    else:
        # Each in a process of its own, so that the memory of one is not counted for the next.
        for number in sys.argv[1:] or ["10000", "22000", "100000"]:
            command = [sys.executable, "-m", "benchmarks.deals", "one", number]
            subprocess.run(command, check=True)
