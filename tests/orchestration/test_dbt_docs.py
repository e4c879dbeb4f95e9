"""The models' own page: whole, offline, and the same bytes for the same project."""

import re

from dbt.cli.main import dbtRunner

from orchestration import dbt_docs
from orchestration.dbt import WAREHOUSE_VARIABLE, project_digest, target_dir
from orchestration.settings import DBT_PROJECT


def test_the_page_holds_every_model_and_no_moment(tmp_path):
    page = dbt_docs.models_page(tmp_path / "none.duckdb")
    text = page.read_text("utf-8")
    assert "fct_arr_by_partner_year" in text and "int_ledger__spine" in text
    assert not re.search(r'"generated_at": "2', text)
    assert str(target_dir()) not in text
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[^>]*https?:", text)


def test_it_is_made_again_only_for_another_project(tmp_path):
    page = dbt_docs.models_page(tmp_path / "none.duckdb")
    first = page.read_bytes()
    made = page.stat().st_mtime_ns
    assert dbt_docs.models_page(tmp_path / "none.duckdb").stat().st_mtime_ns == made
    (target_dir() / dbt_docs.STAMP).write_text("another project", "utf-8")
    again = dbt_docs.models_page(tmp_path / "none.duckdb")
    assert again.stat().st_mtime_ns != made and again.read_bytes() == first
    assert (target_dir() / dbt_docs.STAMP).read_text("utf-8") == project_digest()


def test_it_tells_nothing_of_the_last_build(tmp_path, monkeypatch):
    """dbt at the terminal writes what it compiled into its manifest; the page is of the project."""
    first = dbt_docs.models_page(tmp_path / "none.duckdb").read_bytes()
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "none.duckdb"))
    where = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    target = ["--target-path", str(target_dir()), "--log-path", str(tmp_path)]
    compiled = dbtRunner().invoke(["compile", "--select", "int_referrals__checks", *where, *target])
    assert compiled.success
    assert '"compiled": true' in (target_dir() / "manifest.json").read_text("utf-8")
    (target_dir() / dbt_docs.STAMP).write_text("another project", "utf-8")
    assert dbt_docs.models_page(tmp_path / "none.duckdb").read_bytes() == first
