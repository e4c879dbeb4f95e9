"""Many reads of big files in a bucket beside the same files on disk: the long form.

    python -m tests.ingest.sources.long_reads [FILES] [READS]

Each file has more than 100 MB. Ends with an error where one read differs.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import obstore

from ingest.sources.in_place import Place, attach
from ingest.sources.objects import open_store
from tests import object_store

ROWS = 10_000_000
FEED = """
copy (
    select 'app-' || (hash(n, {seed}) % 300) as app_id, 'co-' || (hash(n, 1) % 20000) as company_id,
        timestamp '2025-01-01' + to_milliseconds(n * 200) as occurred_at,
        ['GET', 'POST'][cast(1 + hash(n, 2) % 2 as int)] as http_method, 200 as response_code,
        cast(1 + hash(n, 3) % 5 as int) as call_count, hash(n, {seed}, 7) as noise
    from range({rows}) as numbers(n)
) to '{path}'
"""
READ = "select count(*), sum(hash(columns(*)))::varchar from read_parquet('{}')"


def main(files: int = 2, reads: int = 20) -> None:
    """Write, put, read and compare; prints what was seen."""
    with tempfile.TemporaryDirectory(prefix="plumbline-reads-") as name:
        folder = Path(name)
        (folder / "store").mkdir()
        with object_store.s3_server(folder / "store") as endpoint:
            os.environ.update(object_store.ENVIRONMENT, AWS_ENDPOINT_URL=endpoint)
            for seed in range(files):
                _compare(folder / f"{seed}.parquet", seed, reads)


def _compare(path: Path, seed: int, reads: int) -> None:
    con = duckdb.connect(config={"threads": 4})
    attach(con)
    # Else DuckDB answers the second read from memory.
    con.execute("set enable_external_file_cache = false")
    con.execute(FEED.format(seed=seed, rows=ROWS, path=path))
    address = object_store.empty_place()
    obstore.put(open_store(address), path.name, path)
    head = obstore.head(open_store(address), path.name)
    place = Place(f"{address}/{path.name}", head["size"], head["e_tag"])
    wanted = con.execute(READ.format(path)).fetchall()
    began = time.monotonic()
    for number in range(reads):
        if con.execute(READ.format(place)).fetchall() != wanted:
            raise SystemExit(f"read {number + 1} of {path.name} differs from the file on disk")
    seconds = time.monotonic() - began
    print(f"{path.name}: {head['size']:,} bytes, {reads} reads equal, {seconds:.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
