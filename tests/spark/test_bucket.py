"""A usage feed in a bucket, summed by a local Spark, is the feed summed by DuckDB, part by part.

Belongs here: what is read of objects, and what becomes of one that changes or cannot be read. Does
not: a feed in a folder (test_feed.py), a cluster (test_cluster.py).
"""

from __future__ import annotations

from ingest.sources.in_place import is_place
from tests.ingest.sources.conftest import bucket, s3_server  # noqa: F401
from tests.spark.feeds import assert_same, land_both, lay_typed, spark


def test_parts_faults_and_cuts_are_the_same(bucket, tmp_path):  # noqa: F811
    with spark(tmp_path / "spark") as engine:
        duck, other = land_both(tmp_path, lay_typed, engine, bucket)
        assert_same(duck, other)
        answered = [request for request, answer in engine.requests if answer is not None]
        assert any(request.tables for request in answered)
        assert all(is_place(file) for request in answered for file in request.files)
        summed = {
            file.rsplit("/", 1)[1].split(".")[0] for request in answered for file in request.files
        }
        assert {"plain", "ms", "ns", "utc", "numbers", "more", "[a b]{1}*%20", "_held"} < summed
        assert len(duck.rows("from landing.usage_parts")) > 500
