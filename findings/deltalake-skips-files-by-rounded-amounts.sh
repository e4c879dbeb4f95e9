#!/usr/bin/env bash
# deltalake 1.6.6 writes the least and the greatest value of each file into the table's log, those of a
# decimal as binary floats. In a column of DECIMAL(38, 18), which is what Spark makes of Java's decimals,
# that rounds even a plain 17308.63, to 17308.629999999997, and readers skip files by these bounds as if they
# were exact: asked for by its own value the amount is not there, nor among those at least as large, while a
# sum of the whole table has it. deltalake itself, PyArrow 26.0.1's dataset of the table and Polars
# 2.1.0 all lose it; the Parquet file alone has it. In DECIMAL(38, 2) the same amount is kept. Of 300 files
# with one amount each, all in whole cents, 88 have bounds that leave out their own amount.
#
# Output seen:
#   DECIMAL(38, 18): 17308.63 in the file, 17308.629999999997 to 17308.629999999997 in the log
#     rows = it: deltalake 0, PyArrow 0, Polars 0, file alone 1
#     rows >= it: deltalake 0, PyArrow 0, Polars 0, file alone 1
#   DECIMAL(38, 2): 17308.63 in the file, 17308.63 to 17308.63 in the log
#     rows = it: deltalake 1, PyArrow 1, Polars 1, file alone 1
#     rows >= it: deltalake 1, PyArrow 1, Polars 1, file alone 1
#   DECIMAL(38, 18), 300 files: bounds without their amount in 88
#   DECIMAL(38, 2), 300 files: bounds without their amount in 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet deltalake==1.6.6 pyarrow==26.0.1 polars==2.1.0
cd "$folder"
env/bin/python - <<'PY'
import json
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, QueryBuilder, write_deltalake


def bounds(folder):
    log = Path(folder, "_delta_log", "00000000000000000000.json").read_text()
    for added in [entry["add"] for entry in map(json.loads, log.splitlines()) if "add" in entry]:
        stats = json.loads(added["stats"], parse_float=Decimal, parse_int=Decimal)
        yield added["partitionValues"], stats["minValues"]["amount"], stats["maxValues"]["amount"]


AMOUNT = Decimal("17308.63")
seen = []
for scale in (18, 2):
    folder, kind = f"scale-{scale}", pa.decimal128(38, scale)
    write_deltalake(folder, pa.table({"amount": pa.array([AMOUNT], kind)}))
    table = DeltaTable(folder)
    [(_, least, greatest)] = bounds(folder)
    [file] = Path(folder).glob("*.parquet")
    print(f"DECIMAL(38, {scale}): {AMOUNT} in the file, {least} to {greatest} in the log")
    column, number = pc.field("amount"), pa.scalar(AMOUNT, kind)
    for sign, by_arrow, by_polars in (
        ("=", column == number, pl.col("amount") == AMOUNT),
        (">=", column >= number, pl.col("amount") >= AMOUNT),
    ):
        sql = f"select amount from held where amount {sign} cast('{AMOUNT}' as decimal(38, {scale}))"
        own = QueryBuilder().register("held", table).execute(sql).read_all()
        rows = (
            pa.table(own).num_rows,
            table.to_pyarrow_dataset().to_table(filter=by_arrow).num_rows,
            pl.scan_delta(folder).filter(by_polars).collect().height,
            pq.read_table(file, filters=by_arrow).num_rows,
        )
        seen.append((scale, sign, *rows))
        print("  rows {} it: deltalake {}, PyArrow {}, Polars {}, file alone {}".format(sign, *rows))
amounts = [Decimal(1_000_000 + 7919 * each) / 100 for each in range(300)]
for scale in (18, 2):
    folder, kind = f"many-{scale}", pa.decimal128(38, scale)
    rows = {"place": range(300), "amount": pa.array(amounts, kind)}
    write_deltalake(folder, pa.table(rows), partition_by=["place"])
    wrong = sum(
        not least <= amounts[int(partition["place"])] <= greatest
        for partition, least, greatest in bounds(folder)
    )
    seen.append((scale, wrong))
    print(f"DECIMAL(38, {scale}), {len(amounts)} files: bounds without their amount in {wrong}")
expected = [(18, "=", 0, 0, 0, 1), (18, ">=", 0, 0, 0, 1), (2, "=", 1, 1, 1, 1), (2, ">=", 1, 1, 1, 1)]
sys.exit(0 if seen == [*expected, (18, 88), (2, 0)] else 1)
PY
