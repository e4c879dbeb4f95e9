"""The demonstration in a bucket gives the same tables, row by row, as in a folder."""

import shutil

import duckdb
import pytest

from ingest.demo import write_demo
from ingest.people.store import KEY, VALUES
from ingest.sources.following import noted_objects, sync
from ingest.sources.objects import put_new
from orchestration.dbt import run_dbt
from orchestration.settings import VARIABLES
from orchestration.speed.direct import _Attached
from tests.quick_run import models, quick_run

VIEW = "stg_app_usage__usage_events"
YEAR, PARTNERS, EVENTS = 2025, 60, 4_000
STAGES = {"landing", "resolved", "policy", "intermediate", "marts", "decisions"}
# Where a file of the feed lies is another place, and nothing else is.
APART = {"landing.usage_files": "* exclude (path)"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demonstration's landing zone, and its warehouse beside it."""
    home = tmp_path_factory.mktemp("folder")
    write_demo(home / "landing", partners=PARTNERS, year=YEAR, usage_events=EVENTS)
    compiled = models(tmp_path_factory.mktemp("models"))
    quick_run(home / "landing", home / "w.duckdb", YEAR, compiled)
    return home


def differing(one, other):
    """Table -> rows that stand on one side alone; and how many tables hold rows."""
    with duckdb.connect() as con:
        con.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        names = {
            side: con.execute(
                "select schema_name || '.' || table_name from duckdb_tables()"
                " where database_name = ? and not internal order by 1",
                [side],
            ).fetchall()
            for side in ("one", "other")
        }
        assert names["one"] == names["other"]
        assert {name.split(".")[0] for (name,) in names["one"]} >= STAGES
        differing_rows, held = {}, 0
        for (name,) in names["one"]:
            columns = APART.get(name, "*")
            one, other = (f"select {columns} from {side}.{name}" for side in names)
            rows = con.execute(
                f"({one} except all {other}) union all ({other} except all {one})"
            ).fetchall()
            held += con.execute(f"select count(*) > 0 from one.{name}").fetchone()[0]
            if rows:
                differing_rows[name] = rows
    return differing_rows, held


def test_every_table_is_the_same_from_a_bucket(folder, bucket, tmp_path, monkeypatch):
    for path in sorted((folder / "landing").rglob("*")):
        if path.is_file():
            key = path.relative_to(folder / "landing").as_posix()
            put_new(f"{bucket}/zone", key, path.read_bytes())
    copy = tmp_path / "copy"
    sync(f"{bucket}/zone", copy)
    # The usage feed stays where it is, and there is a feed.
    assert noted_objects(copy) and not list(copy.rglob("usage_events/**/*.parquet"))
    for name in (KEY, VALUES):  # One key, so that one person has one token.
        shutil.copy(folder / name, tmp_path / name)
    quick_run(copy, tmp_path / "w.duckdb", YEAR, models(tmp_path))
    differing_rows, held = differing(folder / "w.duckdb", tmp_path / "w.duckdb")
    assert differing_rows == {} and held > 100
    # dbt's own connection, and the one that builds without dbt, read the feed in the store too.
    monkeypatch.setenv(VARIABLES["landing"], f"{bucket}/zone")
    (view,) = run_dbt(tmp_path / "w.duckdb", ["run", "--select", VIEW])
    assert view.status == "success", view.message
    attached = _Attached(tmp_path / "w.duckdb")
    (calls,) = attached.con.execute(f"select count(*) from staging.{VIEW}").fetchone()
    attached.close()
    with duckdb.connect(str(folder / "w.duckdb"), read_only=True) as con:
        assert con.execute(f"select count(*) from staging.{VIEW}").fetchone() == (calls,)
    assert calls > 0
