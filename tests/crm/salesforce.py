"""Salesforce's REST API as far as it is asked: queryAll, query, upsert of a collection.

Belongs here: answers in its published shapes. Does not: any expectation.
"""

from __future__ import annotations

import re
from typing import Any

from tests.crm.server import Answer, Crm, Request

DATA = re.compile(r"/services/data/(v[\d.]+)/(.*)")
SELECT = re.compile(
    r"SELECT (.+?) FROM (\w+)(?: WHERE (\w+) IN \((.*)\))?(?: ORDER BY Id)?(?: LIMIT (\d+))?$"
)


def answer(crm: Crm, request: Request) -> Answer:
    """What Salesforce answers."""
    route = DATA.fullmatch(request.path)
    if route is None:
        return _error("NOT_FOUND", "The requested resource does not exist", 404)
    place = route[2]
    if place in ("query", "queryAll") and request.method == "GET":
        return _query(crm, request.query["q"], 0, place == "queryAll")
    if more := re.fullmatch(r"query/(\d+)-(\d+)-([a-z]+)", place):
        return _query(crm, crm.queries[int(more[1])], int(more[2]), more[3] == "all")
    upsert = re.fullmatch(r"composite/sobjects/(\w+)/(\w+)", place)
    if upsert and request.method == "PATCH":
        return _upsert(crm, upsert[1], upsert[2], request.document)
    return _error("METHOD_NOT_ALLOWED", request.method, 405)


def _error(code: str, message: str, status: int) -> Answer:
    return Answer([{"errorCode": code, "message": message}], status)


def _query(crm: Crm, text: str, start: int, deleted: bool) -> Answer:
    select = SELECT.fullmatch(" ".join(text.split()))
    if select is None:
        return _error("MALFORMED_QUERY", text[:80], 400)
    fields, name, by, wanted, most = select.groups()
    names = [field.strip() for field in fields.split(",")]
    if name in crm.unknown:
        return _error("INVALID_TYPE", f"sObject type '{name}' is not supported.", 400)
    unknown = [n for n in names if n in crm.unknown]
    if unknown:
        return _error("INVALID_FIELD", f"No such column '{unknown[0]}' on entity '{name}'", 400)
    rows = [r for r in crm.objects.get(name, []) if deleted or not r.get("IsDeleted")]
    if by:
        keys = {_unquoted(key).lower() for key in re.findall(r"'((?:[^'\\]|\\.)*)'", wanted)}
        rows = [r for r in rows if str(r.get(by) or "").lower() in keys]
    rows = sorted(rows, key=lambda row: row["Id"])[: None if most is None else int(most)]
    shown = rows[start : start + crm.page]
    end = start + len(shown)
    url = f"/services/data/v62.0/sobjects/{name}/"
    body: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
    if end < len(rows):
        crm.queries.append(text)
        mark = f"{len(crm.queries) - 1}-{end}-{'all' if deleted else 'some'}"
        body["nextRecordsUrl"] = f"/services/data/v62.0/query/{mark}"
    body["records"] = [
        {"attributes": {"type": name, "url": url + row["Id"]}} | _fields(row, names)
        for row in shown
    ]
    return Answer(body)


def _fields(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The requested fields; a field of a related record comes inside that record."""
    shown: dict[str, Any] = {}
    for name in names:
        related, _, field = name.rpartition(".")
        if related:
            kind = {"type": related.removesuffix("__r")}
            shown.setdefault(related, {"attributes": kind})[field] = row.get(name)
        else:
            shown[name] = row.get(name)
    return shown


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _upsert(crm: Crm, name: str, key: str, document: Any) -> Answer:
    if len(document["records"]) > 200:
        return _error("LIMIT_EXCEEDED", "record limit reached", 400)
    results = []
    for record in document["records"]:
        value = record[key]
        code = crm.failing.get(value)
        rows = crm.objects.setdefault(name, [])
        same = [r for r in rows if str(r.get(key) or "").lower() == value.lower()]
        if code:
            results.append(_failed(code, f"cannot write {value}"))
        elif len(same) > 1:
            results.append(_failed("DUPLICATE_EXTERNAL_ID", f"{key}: more than one record"))
        else:
            fields = {n: v for n, v in record.items() if n != "attributes"}
            fields = {n: crm.keeps.get(n, lambda v: v)(v) for n, v in fields.items()}
            if not same:
                same = [{"Id": f"a0{crm.next_id:013d}AAA", "IsDeleted": False}]
                crm.next_id += 1
                rows.append(same[0])
                results.append(
                    {"id": same[0]["Id"], "success": True, "errors": [], "created": True}
                )
            else:
                results.append(
                    {"id": same[0]["Id"], "success": True, "errors": [], "created": False}
                )
            same[0].update(fields)
    return Answer(results)


def _failed(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}
