"""The developer platform's two layouts: the activity report and the installation pages."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.deliveries.discover import discover
from ingest.formats import api_call_activity, procore_installations
from ingest.judging.table import RawTable, ReadContext, Refused

HEADER = "Date,Response Code,HTTP Method,Normalized Route,Count\n"
ROW = '2025-03-01,200,GET,"/rest/v1.0/projects,{id}",3\n'
WHEN = datetime(2025, 4, 1)


def report(text: str, file: str = "app_usage/api_call_activity/A-1/2025-03.csv") -> RawTable:
    context = ReadContext("app_usage", "api_call_activity", file, WHEN)
    return api_call_activity.read(Path(file), text.encode(), context)[0]


def test_the_report_takes_its_app_from_the_folder() -> None:
    table = report(HEADER + ROW)
    assert table.defaults == {"app_id": "A-1"}
    assert table.rows == [("2025-03-01", "200", "GET", "/rest/v1.0/projects,{id}", "3")]
    assert table.row_numbers == [2]


@pytest.mark.parametrize(
    ("text", "file", "rule"),
    [
        (HEADER + ROW, "app_usage/api_call_activity-2025-03.csv", "path"),
        (HEADER + ROW, "app_usage/api_call_activity/2025-03.csv", "path"),
        ("Date,Count\n2025-03-01,3\n", "app_usage/api_call_activity/A/x.csv", "header"),
        (f"App,{HEADER}A-2,{ROW}", "app_usage/api_call_activity/A-1/x.csv", "header"),
        ("", "app_usage/api_call_activity/A-1/x.csv", "empty"),
    ],
)
def test_a_report_of_no_app_or_of_another_layout_is_refused(text, file, rule) -> None:
    with pytest.raises(Refused) as caught:
        report(text, file)
    assert caught.value.rule == rule


def test_a_report_without_calls_is_a_report() -> None:
    assert report(HEADER).rows == []


def installation(**changes: Any) -> dict[str, Any]:
    return {
        "id": 11,
        "app_uid": "APP-1",
        "status": "installed",
        "installed_at": "2025-01-02T03:04:05Z",
        "uninstalled_at": None,
        "installer": {"id": 5, "name": "Ann"},
        "semantic_version": "1.2.0",
    } | changes


def pages(
    document: Any, demos: Any = None, file: str = "app_usage/installations/C-1/1.json"
) -> RawTable:
    settings = {} if demos is None else {"demo_installations": demos}
    context = ReadContext("app_usage", "installations", file, WHEN, settings)
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return procore_installations.read(Path(file), data, context)[0]


@pytest.mark.parametrize(
    "document",
    [[installation()], {"data": [installation()], "pagination": {}}, installation()],
)
def test_an_installation_takes_its_company_from_the_folder(document: Any) -> None:
    table = pages(document, frozenset())
    assert table.rows == [("11", "APP-1", "C-1", "false", "2025-01-02T03:04:05Z", None)]
    assert table.extra is not None
    assert json.loads(table.extra[0])["installer"] == {"id": 5, "name": "Ann"}
    assert not table.notes


@pytest.mark.parametrize(
    ("listed", "demo"),
    [
        ("company_id,installation_id\nC-1,\n", "true"),
        ("Installation ID\n11\n", "true"),
        ("company_id,installation_id\nC-1,11\n", "true"),
        ("company_id,installation_id\nC-2,\nC-1,12\n,\n", "false"),
    ],
)
def test_demonstration_installs_come_from_the_declared_list(listed: str, demo: str) -> None:
    demos = procore_installations.demo_list(listed.encode())
    assert pages([installation()], demos).rows[0][3] == demo


def test_without_a_list_all_count_as_real_and_that_is_noted() -> None:
    table = pages([installation()])
    assert table.rows[0][3] == "false"
    assert [n.kind for n in table.notes] == ["demo_unknown"]


def test_the_list_lies_beside_the_pages_and_is_no_delivery(tmp_path: Path) -> None:
    folder = tmp_path / "app_usage" / "installations"
    (folder / "C-1").mkdir(parents=True)
    (folder / "C-1" / "1.json").write_text("[]")
    assert procore_installations.declared_demos(tmp_path) is None
    (folder / "_demo.csv").write_text("company_id,installation_id\nC-1,\n,\n")
    assert procore_installations.declared_demos(tmp_path) == (("C-1", ""),)
    assert [f.file for f in discover(tmp_path)] == ["app_usage/installations/C-1/1.json"]


def test_a_list_of_something_else_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path.joinpath(*procore_installations.DEMO_LIST)
    path.parent.mkdir(parents=True)
    path.write_text("name\nx\n")
    assert procore_installations.declared_demos(tmp_path) is None
    (file,) = discover(tmp_path)
    assert file.refusal is not None
    assert file.refusal[0] == "demo_list"
    assert "needs the columns company_id" in file.refusal[1]


@pytest.mark.parametrize(
    ("changes", "rule", "cell"),
    [
        ({"status": "uninstalled"}, "status", "/0/status"),
        ({"uninstalled_at": "2025-02-02T00:00:00Z"}, "status", "/0/status"),
        ({"status": "paused"}, "status", "/0/status"),
        ({"company_id": "C-2"}, "type", "/0/company_id"),
        ({"app_uid": {"id": 1}}, "type", "/0/app_uid"),
    ],
)
def test_a_record_that_contradicts_itself_is_put_aside(changes, rule, cell) -> None:
    table = pages([installation(**changes), installation(id=12)])
    assert [row[0] for row in table.rows] == ["12"]
    fault = table.broken[0].faults[0]
    assert (fault.rule, fault.cell, table.broken[0].row) == (rule, cell, 1)


@pytest.mark.parametrize("document", [b'{"id": 1}', b'"x"', b"{"])
def test_what_is_no_page_of_installations_is_refused(document: bytes) -> None:
    with pytest.raises(Refused):
        pages(document)


def test_a_page_in_no_companys_folder_is_refused() -> None:
    with pytest.raises(Refused, match="names no company"):
        pages([installation()], file="app_usage/installations/1.json")
