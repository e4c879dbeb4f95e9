"""The usage feed summed by a local Spark is the feed summed by DuckDB, part by part.

Belongs here: every way in which a file may be stored, faulty rows, cuts, another zone. Does not:
a cluster (test_cluster.py).
"""

from __future__ import annotations

import pytest

from ingest.usage.elsewhere import summed_by
from tests.spark.feeds import assert_same, land_both, lay_months, lay_typed, spark


@pytest.fixture(scope="module")
def landings(tmp_path_factory):
    """A feed of every kind landed by both, and what Spark was asked."""
    folder = tmp_path_factory.mktemp("feed")
    with spark(folder / "spark") as engine:
        yield *land_both(folder, lay_typed, engine), engine


def test_parts_faults_and_cuts_are_the_same(landings):
    duck, other, _ = landings
    assert_same(duck, other)
    ((parts, cut),) = duck.rows(
        "select count(*), count(*) - count(distinct (delivery_id, app_id, company_id, month,"
        " is_successful)) from landing.usage_parts"
    )
    assert parts > 500
    assert cut > 20


def test_spark_summed_what_it_can_read_and_cut_it(landings):
    _, _, engine = landings
    answered = [request for request, answer in engine.requests if answer is not None]
    cuts = [request for request in answered if request.tables]
    summed = {file.rsplit("/", 1)[1] for request in answered for file in request.files}
    assert cuts
    assert {f"{name}.parquet" for name in ("plain", "ms", "ns", "utc", "numbers", "more")} < summed
    # Of files that are read together too, each one's rows were seen; a hidden one has none.
    together = [answer for request, answer in engine.requests if answer and len(request.files) > 3]
    assert together
    assert all(all(answer.rows) for answer in together)


def test_another_zone_is_summed_anew(landings):
    duck, other, engine = landings
    before = len(engine.requests)
    for zone in (duck, other):
        zone.con.execute("update run.parameters set time_zone = 'Asia/Kathmandu'")
    duck.land()
    with summed_by(engine):
        other.land()
    assert len(engine.requests) > before
    assert_same(duck, other)


def test_little_is_left_to_duckdb(tmp_path):
    with spark(tmp_path / "spark") as engine:
        engine.least_bytes = 1_000_000_000
        land_both(tmp_path, lay_months, engine)
        assert engine.feed.process is None
