"""Statements over the feed's parquet in a Spark session, in the environment that has Spark.

Belongs here: the session of those statements, the view `feed`, and answering on standard output; a
file that that environment's Python runs. Does not: import anything of this project but its
neighbours remote_*.py; know what is summed (ingest/usage/elsewhere.py).

One line of JSON is read per statement: `files` (paths) or `objects` (signed address, bytes, e-tag),
`schema` (pairs of column and type), `query`, `tables` (name -> folder of parquet), `out`. One is
written: `rows` (per file), or `error`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import remote_spark_bucket as bucket
from remote_spark import session

# Settings that decide what an expression means. A backslash in a literal is itself; names keep
# their case; moments are read as they are stored, whoever wrote the file.
MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
# Characters of a name that would otherwise be wildcards.
WILDCARDS = "\\{}[]*?"


def feed_session(folder: Path) -> Any:
    """The session: of a Connect server where PLUMBLINE_SPARK_REMOTE names one (sc://host:port),
    else as the models have it."""
    remote = os.environ.get("PLUMBLINE_SPARK_REMOTE")
    if remote:
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.remote(remote).getOrCreate()
    else:
        spark = session(folder, {})
    for name, value in MEANING.items():
        spark.conf.set(name, value)
    return spark


def view(spark: Any, files: list[str], schema: list[tuple[str, str]]) -> list[int]:
    """Make the view `feed` of files and count the rows of each."""
    from pyspark.sql import functions as f

    # Only the declared columns, so that another column of a type unknown to Spark does no harm.
    reader = spark.read.schema(_declared(schema))
    # Spark accepts any bytes as text, while DuckDB refuses the file; here the statement fails too.
    columns = [
        f.validate_utf8(_name(name)).alias(name) if kind == "string" else f.col(_name(name))
        for name, kind in schema
    ]
    if len(files) == 1:
        one = reader.parquet(_exact(files[0]))
        rows = f.col("_metadata.row_index").alias("file_row_number")
        frame = one.select(*columns, f.lit(0).cast("bigint").alias("file_index"), rows)
        frame.createOrReplaceTempView("feed")
        return [one.count()]
    names = [reader.parquet(_exact(file)).inputFiles() for file in files]
    # A listing writes `file:///a`, a row's own file `file:/a`.
    places = [
        (spelt, place)
        for place, uris in enumerate(names)
        for uri in uris
        for spelt in {uri, uri.replace(":///", ":/", 1)}
    ]
    # As literals: rows from Python would need Python on every worker.
    listed = ", ".join("('" + uri.replace("'", "''") + f"', {place})" for uri, place in places)
    known = spark.sql(f"select uri, bigint(nth) as file_index from values {listed} as v(uri, nth)")
    every = reader.parquet(*map(_exact, files)).select(
        *columns,
        f.col("_metadata.row_index").alias("file_row_number"),
        f.col("_metadata.file_path").alias("uri"),
    )
    frame = every.join(f.broadcast(known), "uri").drop("uri")
    frame.createOrReplaceTempView("feed")
    counted = dict(map(tuple, frame.groupBy("file_index").count().collect()))
    return [counted.get(place, 0) for place in range(len(files))]


def view_of_objects(
    spark: Any, objects: list[tuple[str, int, str]], schema: list[tuple[str, str]]
) -> list[int]:
    """Make the view `feed` of objects and count the rows that the tasks will read of each."""
    from pyspark import cloudpickle

    # The workers have none of our files.
    cloudpickle.register_pickle_by_value(bucket)
    listed = [bucket.Listed(place, *one) for place, one in enumerate(objects)]
    parts = bucket.parts_of(listed)
    numbers = spark.range(0, len(parts), 1, len(parts))
    columns = f"{_declared(schema)}, {bucket.PLACE} bigint, {bucket.ROW} bigint"
    numbers.mapInArrow(bucket.reader(parts, schema), columns).createOrReplaceTempView("feed")
    counts = numbers.mapInArrow(bucket.counter(parts), f"{bucket.PLACE} bigint, rows bigint")
    counted = dict(map(tuple, counts.groupBy(bucket.PLACE).sum("rows").collect()))
    return [counted.get(place, 0) for place in range(len(objects))]


def answer(spark: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Run one statement and write its rows."""
    for name, folder in request["tables"].items():
        spark.read.parquet(folder).createOrReplaceTempView(name)
    if request["objects"]:
        rows = view_of_objects(spark, request["objects"], request["schema"])
    else:
        rows = view(spark, request["files"], request["schema"])
    spark.sql(request["query"]).write.mode("overwrite").parquet(request["out"])
    return {"rows": rows}


def require_engine(spark: Any) -> None:
    """End this process if the session is gone: the failure is then no file's fault."""
    from remote_spark import require_session

    if not os.environ.get("PLUMBLINE_SPARK_REMOTE"):
        require_session()
    # Needs only the driver.
    spark.sql("select 1").collect()


def _declared(schema: list[tuple[str, str]]) -> str:
    return ", ".join(f"{_name(name)} {kind}" for name, kind in schema)


def _name(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _exact(path: str) -> str:
    return "".join(f"\\{c}" if c in WILDCARDS else c for c in path)


def main() -> None:
    """`SCRIPT FOLDER`: answer until standard input ends."""
    # Everything else that is printed goes to standard error.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    spark = feed_session(Path(sys.argv[1]))
    for line in sys.stdin:
        try:
            reply = answer(spark, json.loads(line))
        except Exception as error:
            require_engine(spark)
            print(error, file=sys.stderr)
            reply = {"error": str(error)}
        print(json.dumps(reply), file=answers, flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
