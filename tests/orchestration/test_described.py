"""Data for other systems is described: the contract of the published tables, the events of a
run."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module, resources

import duckdb
import pytest
import yaml
from jsonschema.validators import validator_for
from open_data_contract_standard.model import OpenDataContractStandard

from orchestration.config import BadConfig
from orchestration.described import tables_page
from orchestration.described.contract import data_contract
from orchestration.described.lineage import PRODUCER, reported
from orchestration.settings import locations
from scoring.export import FORMATS, export
from scoring.published import PUBLISHED

KEY = "key-of-the-lineage-store"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "SECRETS"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.setenv("LINEAGE_KEY", KEY)
    with duckdb.connect(str(tmp_path / "plumbline.duckdb")) as con:
        for table in PUBLISHED:
            con.execute(f"create schema if not exists {table.schema}")
            con.execute(table.ddl)
        con.execute(
            "insert into landing.deliveries (delivery_id, source, entity, status) values"
            " ('1', 'crm', 'accounts', 'accepted'), ('2', 'crm', 'accounts', 'accepted'),"
            " ('3', 'crm', 'opportunities', 'refused')"
        )
    return tmp_path


@pytest.mark.parametrize("format", FORMATS)
def test_the_contract_fits_the_standard_and_holds_every_published_column(format):
    text = data_contract(format)
    standard = json.loads(
        resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    )
    contract = yaml.safe_load(text)
    assert [
        error.message for error in validator_for(standard)(standard).iter_errors(contract)
    ] == []
    assert data_contract(format) == text
    tables = OpenDataContractStandard.from_string(text).schema_
    assert tables is not None
    assert [(t.name, [p.name for p in t.properties]) for t in tables] == [
        (table.name, list(table.column_names)) for table in PUBLISHED
    ]
    grains = {table.name: table.quality[0].arguments["properties"] for table in tables}
    assert grains == {table.name: list(table.key) for table in PUBLISHED}
    assert [f"{t.name}.{p.name}" for t in tables for p in t.properties if not p.description] == []


def test_only_a_key_without_empty_parts_is_called_a_primary_key():
    """A checker of contracts asks of every part of a primary key that no row is without it."""
    tables = OpenDataContractStandard.from_string(data_contract("parquet")).schema_
    assert tables is not None
    keys = {}
    for table in tables:
        parts = {p.primaryKeyPosition: p.name for p in table.properties if p.primaryKey}
        keys[table.name] = [parts[place] for place in sorted(parts)]
    assert keys == {table.name: [] if table.optional else list(table.key) for table in PUBLISHED}
    assert keys["tier_assignments"] == ["tier_year", "partner_id"]
    assert keys["fct_source_coverage"] == []


@pytest.mark.parametrize("format", FORMATS)
def test_the_path_of_the_contract_leads_from_each_table_to_its_own_file(home, format):
    with duckdb.connect(str(home / "plumbline.duckdb")) as con:
        files = {path.name for path in export(con, home / "out", format)}
    contract = OpenDataContractStandard.from_string(data_contract(format))
    assert contract.servers is not None and contract.schema_ is not None
    (server,) = contract.servers
    assert {server.path.format(model=table.name) for table in contract.schema_} == {
        f"./{file}" for file in files
    }


def test_a_list_has_its_logical_type_alone():
    """A checker that looks up DuckDB's `VARCHAR[]` finds no such type, and judges nothing."""
    tables = OpenDataContractStandard.from_string(data_contract("parquet")).schema_
    assert tables is not None
    lists = [p for t in tables for p in t.properties if p.logicalType == "array"]
    assert {(p.physicalType, p.items.logicalType) for p in lists} == {(None, "string")}


def test_the_page_of_published_tables_is_made_from_the_same_list():
    """`make generate` writes it."""
    assert tables_page.PAGE.read_text("utf-8") == tables_page.page()


def test_lists_are_lists_in_parquet_and_text_elsewhere():
    def kind(format):
        tables = OpenDataContractStandard.from_string(data_contract(format)).schema_
        partners = next(t for t in tables if t.name == "dim_partners")
        return next(p.logicalType for p in partners.properties if p.name == "programs")

    assert [kind(format) for format in ("parquet", "csv", "xlsx")] == ["array", "string", "string"]


@contextmanager
def listening(status=201):
    """(address, [(headers, body)]) of a place that takes events, or refuses them."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/v1/lineage", got
        finally:
            server.shutdown()


def configure(home, **settings):
    (home / "plumbline.yaml").write_text(yaml.safe_dump({"lineage": settings}), "utf-8")


def facets(event):
    """Every facet of an event, by its name."""
    places = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    for place in places:
        for kind in ("facets", "outputFacets", "inputFacets"):
            yield from (place.get(kind) or {}).items()


MODULES = {
    "processing_engine": ("processing_engine_run", "ProcessingEngineRunFacet"),
    "errorMessage": ("error_message_run", "ErrorMessageRunFacet"),
    "jobType": ("job_type_job", "JobTypeJobFacet"),
    "documentation": ("documentation_job", "DocumentationJobFacet"),
    "schema": ("schema_dataset", "SchemaDatasetFacet"),
    "outputStatistics": (
        "output_statistics_output_dataset",
        "OutputStatisticsOutputDatasetFacet",
    ),
}


def test_a_run_tells_its_start_and_its_end_to_file_and_http(home):
    with listening() as (url, got):
        configure(home, file="told/lineage.ndjson", url=url, key="${LINEAGE_KEY}")
        with reported(locations(), "annual_assessment", "2025") as report:
            pass
    assert report.faults == []
    lines = (home / "told" / "lineage.ndjson").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert events == [body for _, body in got]
    assert {headers["Authorization"] for headers, _ in got} == {f"Bearer {KEY}"}
    assert [event["eventType"] for event in events] == ["START", "COMPLETE"]
    assert len({event["run"]["runId"] for event in events}) == 1
    assert {event["job"]["name"] for event in events} == {"annual_assessment.2025"}
    last = events[-1]
    assert [dataset["name"] for dataset in last["inputs"]] == ["crm/accounts"]
    rows = {
        dataset["name"]: dataset["outputFacets"]["outputStatistics"]["rowCount"]
        for dataset in last["outputs"]
    }
    assert rows == {t.qualified: 3 if t.name == "deliveries" else 0 for t in PUBLISHED}
    columns = {
        dataset["name"]: [field["name"] for field in dataset["facets"]["schema"]["fields"]]
        for dataset in last["outputs"]
    }
    assert columns == {t.qualified: list(t.column_names) for t in PUBLISHED}


def test_every_facet_is_one_that_the_standard_knows(home):
    configure(home, file="lineage.ndjson")
    with pytest.raises(RuntimeError), reported(locations(), "annual_assessment", "2025"):
        raise RuntimeError("broken")
    with reported(locations(), "program_review", "2025-H1"):
        pass
    lines = (home / "lineage.ndjson").read_text("utf-8").splitlines()
    names = set()
    for event in map(json.loads, lines):
        for name, facet in facets(event):
            module, kind = MODULES[name]
            members = {key: value for key, value in facet.items() if not key.startswith("_")}
            known = getattr(import_module(f"openlineage.client.generated.{module}"), kind)
            known(**members)
            assert facet["_producer"] == PRODUCER
            assert facet["_schemaURL"].startswith("https://openlineage.io/")
            names.add(name)
    assert names == set(MODULES)


def test_a_failure_is_told_without_its_secrets_and_still_raised(home):
    configure(home, file="lineage.ndjson", key="${LINEAGE_KEY}")
    with pytest.raises(RuntimeError), reported(locations(), "annual_assessment", "2025"):
        raise RuntimeError(f"the server said {KEY}")
    text = (home / "lineage.ndjson").read_text("utf-8")
    last = json.loads(text.splitlines()[-1])
    assert last["eventType"] == "FAIL"
    assert last["run"]["facets"]["errorMessage"]["message"] == "the server said …"
    assert KEY not in text


@pytest.mark.parametrize("down", [True, False])
def test_a_place_that_takes_no_events_stops_no_run_and_is_named(home, down):
    with listening(500) as (url, _):
        configure(home, url=f"http://127.0.0.1:1/?key={KEY}" if down else url, key="${LINEAGE_KEY}")
        with reported(locations(), "annual_assessment", "2025") as report:
            done = True
    assert done and len(report.faults) == 2
    assert all("was not reported" in fault and KEY not in fault for fault in report.faults)


def test_nothing_is_told_where_nobody_listens_and_a_wrong_section_is_named(home):
    with reported(locations(), "annual_assessment", "2025") as report:
        pass
    assert report.faults == []
    configure(home, fil="x")
    with (
        pytest.raises(BadConfig, match="lineage: fil"),
        reported(locations(), "annual_assessment", "2025"),
    ):
        pass
