"""Outputs in a bucket: there whole or not at all, while the earlier output stays whole until
then."""

import json
from dataclasses import replace

import duckdb
import obstore
import pytest
from typer.testing import CliRunner

from ingest.sources.objects import StoreError, listing, open_store
from orchestration import outputs
from orchestration.cli.app import app
from orchestration.settings import BadPlace, Locations, locations
from scoring.published import PUBLISHED
from tests.conftest import DEMO_YEAR
from tests.ingest.sources.conftest import bucket, s3_server  # noqa: F401

YEAR = ("--year", str(DEMO_YEAR))
FILES = {
    "index.html": b"<a href='partners/100%25.html'>one</a>",
    "partners/100%.html": b"all of them",
    "partners/né 漢.html": b"",
    "letters/a b.pdf": b"%PDF",
}


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path / "site", FILES)


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "RAW", "LEDGER"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def written(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def objects(address):
    """Every object below an address by its key."""
    store = open_store(address)
    return {one.key: bytes(obstore.get(store, one.key).bytes()) for one in listing(address, store)}


def held_at(address):
    """The files that the index names, read by somebody who knows only the address; all are
    whole."""
    files = objects(address)
    index = json.loads(files["index.json"])
    return {name: files[f"{index['content']}/{name}"] for name in index["files"]}


def test_a_folder_is_there_as_it_is_and_nothing_of_before_stays(bucket, folder):  # noqa: F811
    outputs.put_folder(bucket, folder)
    first = objects(bucket)
    assert held_at(bucket) == FILES
    assert json.loads(first["index.json"])["content"].encode() in first["index.html"]
    outputs.put_folder(bucket, folder)
    assert objects(bucket) == first
    (folder / "letters/a b.pdf").unlink()
    (folder / "index.html").write_bytes(b"two")
    outputs.put_folder(bucket, folder)
    kept = {name: data for name, data in FILES.items() if "letters" not in name}
    assert held_at(bucket) == kept | {"index.html": b"two"}
    assert len(objects(bucket)) == 3 + 2


@pytest.mark.parametrize("puts", range(6))
def test_what_was_there_stays_whole_wherever_it_is_ended(bucket, folder, monkeypatch, puts):  # noqa: F811
    outputs.put_folder(bucket, folder)
    changed = {name: data + b"!" for name, data in FILES.items()}
    written(folder, changed)
    real, left = outputs.put_over, [puts]

    def killed(put):
        def made(*args):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            put(*args)

        return made

    with monkeypatch.context() as patched:
        patched.setattr(outputs, "AT_ONCE", 1)
        patched.setattr(outputs, "put_over", killed(real))
        patched.setattr(outputs, "put_instead", killed(outputs.put_instead))
        with pytest.raises(KeyboardInterrupt):
            outputs.put_folder(bucket, folder)
    # The sixth object is the page that leads to the site: the index is there, and so is what the
    # old page leads to.
    assert held_at(bucket) == (changed if puts == 5 else FILES)
    leading = objects(bucket)["index.html"].decode()
    assert f"{leading.split('url=')[1].split('/')[0]}/index.html" in objects(bucket)
    outputs.put_folder(bucket, folder)
    assert held_at(bucket) == changed and len(objects(bucket)) == len(FILES) + 2


def test_of_two_writers_the_second_is_refused(bucket, folder, tmp_path, monkeypatch):  # noqa: F811
    outputs.put_folder(bucket, folder)
    other = written(tmp_path / "other", {"index.html": b"other"})
    mine = written(tmp_path / "mine", {"index.html": b"mine"})
    real, done = outputs.put_over, []

    def overtaken(*args):
        if not done:
            done.append(True)
            outputs.put_folder(bucket, other)
        real(*args)

    monkeypatch.setattr(outputs, "put_over", overtaken)
    with pytest.raises(StoreError, match="another writer"):
        outputs.put_folder(bucket, mine)
    assert held_at(bucket) == {"index.html": b"other"}


def test_another_machine_goes_on_with_what_is_there(bucket, folder, tmp_path):  # noqa: F811
    copy = written(tmp_path / "copy", {"stale.html": b"x", "index.html": FILES["index.html"]})
    outputs.follow(bucket, copy)  # Nothing is there yet.
    assert (copy / "stale.html").exists()
    outputs.put_folder(bucket, folder)
    outputs.follow(bucket, copy)
    assert {p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file()} == set(FILES)
    written(copy, {"own.html": b"y"})
    outputs.follow(bucket, copy)  # The bucket is as it was: what was written here since stays.
    assert (copy / "own.html").exists()
    content = json.loads(objects(bucket)["index.json"])["content"]
    obstore.put(open_store(bucket), f"{content}/index.html", b"changed by hand")
    with pytest.raises(StoreError, match="is not what was put there"):
        outputs.follow(bucket, tmp_path / "third")


@pytest.mark.parametrize("name", ["index.json", "index.html"])
def test_what_is_not_ours_is_never_written_over(bucket, folder, name):  # noqa: F811
    obstore.put(open_store(bucket), name, b"somebody's own")
    with pytest.raises(StoreError, match="none of ours"):
        outputs.put_folder(bucket, folder)
    assert objects(bucket) == {name: b"somebody's own"}


def test_an_index_that_names_files_elsewhere_writes_nothing(bucket, tmp_path):  # noqa: F811
    files = {"../out.html": "0" * 64}
    index = outputs._bytes_of(outputs._content(files), files)
    obstore.put(open_store(bucket), "index.json", index)
    with pytest.raises(StoreError, match="is not a path"):
        outputs.follow(bucket, tmp_path / "copy")
    assert not (tmp_path / "out.html").exists()


def test_places_name_it_and_the_warehouse_can_not_lie_there(home, monkeypatch):
    places = locations(site="s3:/b/site")
    assert places.site_address == "s3://b/site" and home in places.site.parents
    with places.exported():
        assert locations() == places
    assert replace(places, site_address="") == replace(locations(site=places.site), site_address="")
    with pytest.raises(BadPlace, match="warehouse"):
        locations(warehouse="s3://b/w.duckdb")


def test_the_demonstration_is_not_written_where_nobody_finds_it(home):
    done = CliRunner().invoke(app, ["demo", "--landing", "s3://bucket/zone"])
    assert done.exit_code == 2 and "is written into a folder" in done.output
    assert list(home.rglob("*.csv")) == []


def test_a_site_goes_with_the_run_and_a_fault_of_its_bucket_is_told(bucket, home, monkeypatch):  # noqa: F811
    places = locations(site=f"{bucket}/site")
    written(places.site, FILES)
    assert outputs.put_site(places, home / "elsewhere.pdf") == ""
    assert objects(bucket) == {} and not outputs.site_exists(places)
    assert outputs.put_site(places, places.site / "letters/a b.pdf") == ""
    assert held_at(f"{bucket}/site") == FILES and outputs.site_exists(places)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    written(places.site, {"index.html": b"new"})
    assert "stays as it was" in outputs.put_site(places)


def test_export_letters_and_bundle_into_a_bucket(demo_run: Locations, bucket, home, tmp_path):  # noqa: F811
    home.mkdir()
    (tmp_path / "letter.html").write_text("<h1>{{ partner.partner_id }}</h1>", "utf-8")
    where = ["--warehouse", str(demo_run.warehouse), "--landing", str(demo_run.landing)]

    def answer_of(*words):
        done = CliRunner().invoke(app, [*words, "--json", *where])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    paths = answer_of("export", "--to", f"{bucket}/tables")
    tables = held_at(f"{bucket}/tables")
    assert set(tables) == {f"{table.name}.parquet" for table in PUBLISHED} | {"datacontract.yaml"}
    assert all(path.startswith(f"{bucket}/tables/content-") for path in paths)
    local = answer_of("export", "--to", str(tmp_path / "tables"))
    assert {p.name: p.read_bytes() for p in (tmp_path / "tables").iterdir()} == tables and local
    templates = ["--templates", str(tmp_path)]
    answer = answer_of("letters", *YEAR, "--out", f"{bucket}/letters", *templates)
    assert answer["folder"] == f"{bucket}/letters"
    assert len(held_at(f"{bucket}/letters")) == 2 * len(answer["written"]) > 0
    answer = answer_of("bundle", "P-0009", *YEAR, "--out", f"{bucket}/out/b.duckdb")
    assert answer["file"] == f"{bucket}/out/b.duckdb"
    (tmp_path / "b.duckdb").write_bytes(objects(f"{bucket}/out")["b.duckdb"])
    with duckdb.connect(str(tmp_path / "b.duckdb"), read_only=True) as bundle:
        assert bundle.execute("from differences").fetchall() == []
    obstore.put(open_store(bucket), "out/notes.txt", b"mine")
    wrong = CliRunner().invoke(
        app, ["bundle", "P-0009", *YEAR, "--out", f"{bucket}/out/notes.txt", *where]
    )
    assert wrong.exit_code != 0 and objects(f"{bucket}/out")["notes.txt"] == b"mine"
