"""HubSpot's API as far as it is asked: search, lists of archived records, batch reads and upserts.

Belongs here: answers in its published shapes. Does not: any expectation.
"""

from __future__ import annotations

import re
from typing import Any

from tests.crm.server import Answer, Crm, Request

OBJECTS = re.compile(r"/crm/v3/objects/([\w-]+)(/search|/batch/read|/batch/upsert|)")
PROPERTIES = re.compile(r"/crm/v3/properties/([\w-]+)")
STAMP = "2025-06-01T00:00:00.000Z"


def answer(crm: Crm, request: Request) -> Answer:
    """What HubSpot answers."""
    if listed := PROPERTIES.fullmatch(request.path):
        return _properties(crm, listed[1])
    route = OBJECTS.fullmatch(request.path)
    if route is None:
        return _error("OBJECT_NOT_FOUND", "no such place", 404)
    name, place = route.groups()
    rows = crm.objects.setdefault(name, [])
    if place == "/search":
        return _search(crm, rows, request.document)
    if place == "/batch/read":
        return _read(rows, request.document)
    if place == "/batch/upsert":
        return _upsert(crm, rows, request.document)
    shown = [_shown(row, request.query["properties"].split(",")) for row in rows if row["archived"]]
    return Answer({"results": shown})


def record(number: int, archived: bool = False, **properties: Any) -> dict[str, Any]:
    """One record as it is kept."""
    return {"id": str(number), "archived": archived, "updatedAt": STAMP, "properties": properties}


def _properties(crm: Crm, name: str) -> Answer:
    if name not in crm.objects:
        return _error("OBJECT_NOT_FOUND", f"Unable to infer object type from: {name}", 404)
    names = {one for row in crm.objects[name] for one in row["properties"]} - crm.unknown
    return Answer({"results": [{"name": one} for one in sorted(names | {"hs_object_id"})]})


def _error(category: str, message: str, status: int) -> Answer:
    return Answer({"status": "error", "category": category, "message": message}, status)


def _shown(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    properties = {n: row["properties"].get(n) for n in names}
    return {
        "id": row["id"],
        "properties": {"hs_object_id": row["id"], **properties},
        "createdAt": STAMP,
        "updatedAt": row["updatedAt"],
        "archived": row["archived"],
    }


def _search(crm: Crm, rows: list[dict[str, Any]], document: Any) -> Answer:
    (condition,) = document["filterGroups"][0]["filters"]
    assert condition["propertyName"] == "hs_object_id" and condition["operator"] == "GT"
    above = int(condition["value"])
    matching = [r for r in rows if not r["archived"] and int(r["id"]) > above]
    matching = sorted(matching, key=lambda row: int(row["id"]))
    shown = [_shown(row, document["properties"]) for row in matching[: crm.page]]
    body: dict[str, Any] = {"total": len(matching), "results": shown}
    if len(matching) > crm.page:
        body["paging"] = {"next": {"after": str(crm.page)}}
    return Answer(body)


def _read(rows: list[dict[str, Any]], document: Any) -> Answer:
    by = document["idProperty"]
    objects, absent = [], []
    for one in document["inputs"]:
        same = [r for r in rows if not r["archived"] and r["properties"].get(by) == one["id"]]
        objects += [_shown(row, document["properties"]) for row in same]
        absent += [] if same else [one["id"]]
    body: dict[str, Any] = {"status": "COMPLETE", "results": objects}
    if absent:
        message = "Could not get some objects, they may be deleted or not exist."
        error = {"category": "OBJECT_NOT_FOUND", "message": message, "context": {"ids": absent}}
        return Answer({**body, "numErrors": 1, "errors": [error]}, 207)
    return Answer(body)


def _upsert(crm: Crm, rows: list[dict[str, Any]], document: Any) -> Answer:
    if len(document["inputs"]) > 100:
        return _error("VALIDATION_ERROR", "at most 100 inputs", 400)
    done, errors = [], []
    for one in document["inputs"]:
        by, code = one["idProperty"], crm.failing.get(one["id"])
        if code and "objectWriteTraceId" not in one:
            return _error(code, f"cannot write {one['id']}", 400)
        if code:
            trace = {"objectWriteTraceId": [one["objectWriteTraceId"]]}
            message = f"cannot write {one['id']}"
            errors.append({"category": code, "message": message, "context": trace})
            continue
        same = [r for r in rows if not r["archived"] and r["properties"].get(by) == one["id"]]
        if not same:
            same = [record(crm.next_id, **{by: one["id"]})]
            crm.next_id += 1
            rows.append(same[0])
        kept = {n: None if v in (None, "") else str(v) for n, v in one["properties"].items()}
        same[0]["properties"].update(kept)
        shown = _shown(same[0], [by, *one["properties"]])
        done.append({**shown, "new": len(same) == 0})
    # The answers come in no particular order.
    body = {"status": "COMPLETE", "results": done[::-1]}
    if errors:
        return Answer({**body, "numErrors": len(errors), "errors": errors}, 207)
    return Answer(body)
