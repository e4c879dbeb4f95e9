#!/usr/bin/env bash
# pyspark 4.3.0: a file on this machine is file:/a in the column _metadata.file_path, and file:///a
# by DataFrame.inputFiles() and input_file_name(). Held against each other as they are, a join of rows
# with the list of files that they come from is empty, without an error: sums by file come out as
# nothing.
# Seen: listed file:/// / rows file:/ file:/// / joined 0 of 3 rows
# Needs Java 17.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyspark==4.3.0 py4j==0.10.9.9
"$work/venv/bin/python" - "$work" 2>"$work/log" <<'PY' || { tail -5 "$work/log" >&2; exit 1; }
import re
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
place = f"{sys.argv[1]}/rows.parquet"
spark.range(3).coalesce(1).write.parquet(place)
rows = spark.read.parquet(place)
listed = rows.inputFiles()
named = rows.select("id", f.col("_metadata.file_path").alias("file"), f.input_file_name().alias("n"))


def start(text):
    return re.match("file:/+", text)[0]


files = spark.createDataFrame([(file,) for file in listed], "file string")
joined = named.join(files, "file").count()
one = named.first()
print("listed", start(listed[0]))
print("rows", start(one["file"]), start(one["n"]))
print("joined", joined, "of", named.count(), "rows")
seen = [start(text) for text in (listed[0], one["file"], one["n"])]
if seen != ["file:///", "file:/", "file:///"] or joined:
    raise SystemExit("the two name a file alike now")
PY
