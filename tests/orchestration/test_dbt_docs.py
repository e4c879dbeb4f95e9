"""The catalog of models: whole, without an address, and the same bytes for the same project."""

import json
import re

import pytest
from dbt.cli.main import dbtRunner

from dashboards.pages import models as models_page
from dashboards.rendering import render
from orchestration import dbt_docs
from orchestration.dbt import WAREHOUSE_VARIABLE, manifest_path, project_digest, target_dir
from orchestration.settings import DBT_PROJECT


@pytest.fixture(scope="module")
def catalog() -> list[dict]:
    return json.loads(dbt_docs.models_catalog().read_text("utf-8"))


def test_every_model_is_there_with_words_and_lineage(catalog):
    nodes = json.loads(manifest_path().read_text("utf-8"))["nodes"].values()
    wanted = sorted(node["name"] for node in nodes if node["resource_type"] == "model")
    assert sorted(row["name"] for row in catalog) == wanted
    assert all(row["words"] for row in catalog)
    by_name = {row["name"]: row for row in catalog}
    for row in catalog:
        for parent in row["from"]:
            assert "." in parent or row["name"] in by_name[parent]["for"], (row["name"], parent)
    year = by_name["fct_arr_by_partner_year"]
    assert ["arr_usd", "decimal(18,4)"] in [column[:2] for column in year["columns"]]
    assert "unique grain" in year["tests"]


def test_the_page_names_no_address_and_every_model_can_be_reached(catalog):
    page = models_page.page(dbt_docs.models_catalog())
    text = render(page, "footer")
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
    linked = set(re.findall(r'href="#(model-[^"]+)"', text))
    assert linked <= set(re.findall(r'id="(model-[^"]+)"', text))
    assert all(f">{row['name']}</strong>" in text for row in catalog)
    assert str(target_dir()) not in text


def test_it_is_made_again_only_for_another_project():
    catalog = dbt_docs.models_catalog()
    first, made = catalog.read_bytes(), catalog.stat().st_mtime_ns
    assert dbt_docs.models_catalog().stat().st_mtime_ns == made
    (target_dir() / dbt_docs.STAMP).write_text("another project", "utf-8")
    again = dbt_docs.models_catalog()
    assert again.stat().st_mtime_ns != made and again.read_bytes() == first
    assert (target_dir() / dbt_docs.STAMP).read_text("utf-8") == project_digest()


def test_it_tells_nothing_of_the_last_build(tmp_path, monkeypatch):
    """dbt at the terminal writes what it compiled into its manifest; this is of the project."""
    first = dbt_docs.models_catalog().read_bytes()
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "none.duckdb"))
    where = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    target = ["--target-path", str(target_dir()), "--log-path", str(tmp_path)]
    compiled = dbtRunner().invoke(["compile", "--select", "int_referrals__checks", *where, *target])
    assert compiled.success
    assert '"compiled": true' in (target_dir() / "manifest.json").read_text("utf-8")
    (target_dir() / dbt_docs.STAMP).write_text("another project", "utf-8")
    assert dbt_docs.models_catalog().read_bytes() == first
