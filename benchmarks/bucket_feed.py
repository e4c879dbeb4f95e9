"""The usage feed landed from a bucket, where its files stay, beside the same feed from a folder.

Belongs here: both landings and their comparison. Does not: measuring (measure.py), the feed
(usage_data.py) or the server (tests/object_store.py).

    python -m benchmarks.bucket_feed [EVENTS] [ROUNDS]
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Contender, alternate, python
from benchmarks.results import case, keep
from benchmarks.usage_feed import YEAR
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy

NAMES = {"folder": "from a folder", "bucket": "from a bucket of a server on this machine"}
ADDRESS = "PLUMBLINE_BENCH_ADDRESS"
HOME = "home"
NOTE = (
    "Each round begins without a warehouse and without anything known of the bucket, so that both"
    " read every byte for its digest and every row. Both gave the same sums. The server uses the"
    " same processors."
)


def run(events: int = 10_000_000, rounds: int = 3) -> None:
    """Compare on `events` calls and keep the results. Raises when the sums differ."""
    with stored_feed(events, NAMES) as work:
        contenders = {name: _contender(work, name) for name in NAMES}
        measured = list(contenders.values())
        alternate(measured, rounds)
    if len({line for contender in measured for line in contender.last_lines}) != 1:
        raise RuntimeError(f"the sums differ: {[contender.last_lines for contender in measured]}")
    command = f"python -m benchmarks.bucket_feed {events} {rounds}"
    label = f"{events:,} events"
    keep("bucket_feed", case(label, events, measured, contenders["folder"], command, NOTE))


@contextmanager
def stored_feed(events: int, names: Iterable[str]) -> Iterator[Path]:
    """A temporary folder with a feed of `events` calls and, if one of the contenders reads from a
    bucket, a store on this machine with the same feed."""
    from tests import object_store

    work = Path(tempfile.mkdtemp(prefix="plumbline-feed-"))
    try:
        _generate(work / "landing", events)
        (work / "store").mkdir()
        with object_store.s3_server(work / "store") as endpoint:
            os.environ.update(object_store.ENVIRONMENT, AWS_ENDPOINT_URL=endpoint)
            os.environ[ADDRESS] = object_store.empty_place()
            if any(name.endswith("bucket") for name in names):
                _put(work / "landing", os.environ[ADDRESS])
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _generate(landing: Path, events: int) -> None:
    from benchmarks.usage_data import write_zone

    write_zone(landing, events)


def _put(landing: Path, address: str) -> None:
    import obstore

    from ingest.sources.objects import open_store

    store = open_store(address)
    for path in sorted(p for p in landing.rglob("*") if p.is_file()):
        obstore.put(store, path.relative_to(landing).as_posix(), path)


def _contender(work: Path, name: str) -> Contender:
    command = [python(), "-m", "benchmarks.bucket_feed", name, str(work)]
    return Contender(NAMES[name], command, lambda: shutil.rmtree(work / HOME, ignore_errors=True))


def landed(work: Path, name: str) -> str:
    """Land the whole zone into a warehouse of its own; a digest of what its calls sum to."""
    from ingest.deliveries.landing_tables import create_tables
    from ingest.landing.land import land
    from orchestration.periods import land_request, year_request
    from orchestration.warehouse import connect

    home, zone = work / HOME, work / "landing"
    home.mkdir()
    if name == "bucket":
        from ingest.sources.following import sync

        zone = home / "copy"
        sync(os.environ[ADDRESS], zone)
    policy = load_policy()
    with connect(home / "plumbline.duckdb") as con:
        create_tables(con)
        land_policy(con, policy)
        land_request(con, year_request(YEAR), policy, policy.name)
        land(con, zone, home / "raw", sources=["app_usage"])
        query = (
            "select app_id, month, is_successful, sum(calls)::bigint, min(first_at), max(last_at)"
            " from landing.usage_calls group by 1, 2, 3 order by 1, 2, 3"
        )
        rows = con.execute(query).fetchall()
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()[:16]


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in NAMES:
        print(landed(Path(sys.argv[2]), sys.argv[1]))
    else:
        run(*map(int, sys.argv[1:3]))
