"""Tries the sources that are APIs: are we let in, and does everything exist that is asked for?

Belongs here: one question per query, object or table, whose answer holds no record. Does not: other
kinds of source (probe.py), or fetching.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from ingest.api.budget import PullFailed
from ingest.api.client import Client, vendors
from ingest.api.refusals import NotLetIn, Rejected
from ingest.sources.fetched import Missing, Refused, SourceError

LIMITED = re.compile(r"\bLIMIT\s+\d+", re.IGNORECASE)
NOT_FOUND = 404
Ask = Callable[[Client, Any], str]


def salesforce(spec: Mapping[str, Any]) -> str:
    """Each query, asked for none of its records. Raises SourceError, Refused, Missing."""
    from ingest.sources.salesforce import opened, queries_of

    own = vendors()["salesforce"]
    path = f"/services/data/{spec.get('version') or own['version']}/queryAll"

    def ask(client: Client, query: str) -> str:
        # Salesforce plans the query, names what is not there, and sends no record.
        limited = query if LIMITED.search(query) else f"{query} LIMIT 0"
        client.get(f"{client.base_url}{path}?{urlencode({'q': limited})}")
        return ""

    queries = {name: query for name, (query, _) in queries_of(spec).items()}
    return _each(lambda: opened(spec, _at_once), queries, ask, "query", "queries")


def hubspot(spec: Mapping[str, Any]) -> str:
    """Each object's properties by their names. Raises SourceError, Refused, Missing."""
    from ingest.sources.hubspot import MERGED, objects_of, opened

    objects = objects_of(spec)

    def ask(client: Client, name: str) -> str:
        url = f"{client.base_url}/crm/v3/properties/{quote(name, safe='')}"
        _, document = client.get(url)
        rows = document.get("results") if isinstance(document, dict) else None
        if not isinstance(rows, list):
            raise SourceError(f"{name}: the answer lists no properties; is url HubSpot's?")
        known = {str(row.get("name")) for row in rows if isinstance(row, dict)}
        lacking = [one for one in objects[name][0] if one not in known and one != MERGED]
        # One of our default properties is only a name that an account may have (`channel`).
        if lacking and spec.get("objects"):
            raise Missing(f"{name}: no property {', '.join(lacking)}, which would land empty")
        return ""

    names = {name: name for name in objects}
    return _each(lambda: opened(spec, _at_once), names, ask, "object", "objects")


def delta_sharing(spec: Mapping[str, Any]) -> str:
    """Each table's version. Raises SourceError, Refused, Missing."""
    from ingest.sources.delta_sharing import VERSION, opened, tables_of

    def ask(client: Client, path: str) -> str:
        _, headers = client.raw("GET", f"{client.base_url}{path}/version")
        if headers.get(VERSION) is None:
            raise SourceError(f"{path}: the answer names no {VERSION}; is this a sharing server?")
        return f" at version {headers[VERSION]}"

    tables = {name: path for name, (path, _) in tables_of(spec).items()}
    return _each(lambda: opened(spec, _at_once), tables, ask, "table", "tables")


def _at_once(seconds: float) -> None:
    """Do not wait: a person who fixes something tries again."""


def _each(
    opened: Callable[[], Client], things: Mapping[str, Any], ask: Ask, one: str, many: str
) -> str:
    client = opened()
    listed = []
    try:
        for name, thing in things.items():
            try:
                listed.append(name + ask(client, thing))
            except NotLetIn as error:
                raise Refused(f"{one} {name}: {error}") from None
            except Rejected as error:
                kind = Missing if error.status == NOT_FOUND or _names(error) else SourceError
                raise kind(f"{one} {name}: {error}") from None
            except PullFailed as error:
                raise SourceError(f"{one} {name}: {error}") from None
    finally:
        client.close()
    return (
        f"lets us in; {one if len(listed) == 1 else many} {', '.join(listed)}; nothing was fetched"
    )


def _names(error: Rejected) -> bool:
    """Whether Salesforce names a field or an object that does not exist, or is not visible to
    us."""
    return any(word in error.words for word in ("INVALID_FIELD", "INVALID_TYPE"))
