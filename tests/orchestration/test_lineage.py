"""Column lineage: what a column is made from, read from compiled SQL and kept for the project."""

from __future__ import annotations

from orchestration.dbt import manifest_json, target_dir
from orchestration.dbt_lineage import column_lineage, columns_of, kept_lineage
from orchestration.defs.lineage import column_metadata
from orchestration.defs.transforms import TRANSLATOR


def test_every_model_is_read_and_every_origin_is_there(demo_run, demo_con):
    """No origin is made up: each is a column that the parent has; all but constants have one."""
    manifest, columns = manifest_json(), columns_of(demo_con)
    lineage = column_lineage(manifest, columns, built=True)
    every = {**manifest["nodes"], **manifest["sources"]}
    models = {name for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert lineage.keys() == models
    for name, of_model in lineage.items():
        node = manifest["nodes"][name]
        assert of_model.keys() == columns[node["schema"]][node["name"]].keys(), name
        for deps in of_model.values():
            for parent, column in deps:
                assert parent in node["depends_on"]["nodes"]
                assert column in columns[every[parent]["schema"]][every[parent]["name"]], name
    traced = [bool(deps) for of_model in lineage.values() for deps in of_model.values()]
    assert sum(traced) > 0.9 * len(traced)


def test_a_published_figure_names_its_origin(demo_run, demo_con):
    manifest, columns = manifest_json(), columns_of(demo_con)
    lineage = column_lineage(manifest, columns, built=True)
    [name] = [name for name in lineage if name.endswith(".fct_arr_by_partner_year")]
    node = manifest["nodes"][name]
    shown = column_metadata(node, manifest, columns, lineage, TRANSLATOR.get_asset_key)
    origins = shown["dagster/column_lineage"].deps_by_column["arr_usd"]
    assert ("int_arr__period_measures", "arr_usd") in {
        (origin.asset_key.path[-1], origin.column_name) for origin in origins
    }
    [arr] = [c for c in shown["dagster/column_schema"].columns if c.name == "arr_usd"]
    assert "`int_arr__period_measures.arr_usd`" in arr.description


def test_it_is_read_once_for_a_state_of_the_project(demo_run, demo_con, tmp_path, monkeypatch):
    manifest, columns = manifest_json(), columns_of(demo_con)
    read = column_lineage(manifest, columns, built=True)
    assert kept_lineage() == read
    kept = (target_dir() / "plumbline_lineage.json").read_text("utf-8")
    monkeypatch.setenv("PLUMBLINE_DBT_TARGET", str(tmp_path))
    assert column_lineage(manifest, columns, built=False) == {}
    (tmp_path / "plumbline_lineage.json").write_text(kept.replace('"digest": "', '"digest": "x'))
    assert kept_lineage() == {}
