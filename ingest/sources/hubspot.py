"""Objects of HubSpot: companies, deals and others, archived ones too, each page as received.

Belongs here: which objects are requested, page by page, or as a batch of ids. Does not: what a
property means (column maps), or sending requests (ingest/api/). Nothing is written in HubSpot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ingest.api.budget import PullFailed
from ingest.api.client import Client, Credentials, vendors
from ingest.sources.api_pages import Page, keep, needed
from ingest.sources.fetched import Fetched, SourceError

MERGED = "hs_merged_object_ids"
DEAL = (
    *("dealname", "dealtype", "createdate", "closedate", "hs_is_closed", "hs_is_closed_won"),
    *("amount", "deal_currency_code", "hs_primary_associated_company", "channel", MERGED),
)
# What is requested where a source names no objects: object -> (properties, where it lands).
OBJECTS: dict[str, tuple[tuple[str, ...], str]] = {
    "companies": (("name", "domain", "country", MERGED), "crm/accounts"),
    "deals": (
        DEAL,
        "crm/opportunities",
    ),
}


def fetch(
    spec: Mapping[str, Any],
    landing: Path,
    state: dict[str, Any],
    now: datetime | None = None,
    sleep: Callable[[float], None] | None = None,
) -> list[Fetched]:
    """The pages of each object whose records have changed since the last pull.

    `spec`: token (of a private app) or client_id and client_secret, and objects (object ->
    {properties, into}); without them companies and deals by their standard properties. Live records
    come by search in the order of their ids, archived ones by list. An object that fails does not
    stop the others. `now` in UTC. Raises SourceError.
    """
    client = opened(spec, sleep)
    objects = objects_of(spec)
    moment = now or datetime.now(UTC)
    fetched: list[Fetched] = []
    try:
        for name, (properties, into) in objects.items():
            for part, walk in (
                ("", search(client, name, properties)),
                ("-archived", archived(client, name, properties)),
            ):
                stem = f"{spec.get('name', 'hubspot')}-{name}{part}"
                written, _, fault = keep(stem, into, walk, landing, state, moment)
                fetched += written
                if fault:
                    fetched.append(Fetched(name + part, fault=fault))
    finally:
        client.close()
    return fetched


def opened(spec: Mapping[str, Any], sleep: Callable[[float], None] | None = None) -> Client:
    """The client of an account; sends no request yet. Raises SourceError."""
    if not spec.get("token"):
        needed("hubspot", spec, "client_id", "client_secret")
    url = str(spec.get("url") or vendors()["hubspot"]["base_url"])
    try:
        return Client(url, credentials(spec), sleep=sleep)
    except PullFailed as error:
        raise SourceError(f"hubspot: {error}") from None


def credentials(spec: Mapping[str, Any]) -> Credentials:
    """A private app's token, or an app's client credentials."""
    own = vendors()["hubspot"]
    base = str(spec.get("url") or own["base_url"]).rstrip("/")
    return Credentials(
        str(spec.get("client_id") or ""),
        str(spec.get("client_secret") or ""),
        base + own["token_path"],
        token=str(spec["token"]) if spec.get("token") else None,
    )


def objects_of(spec: Mapping[str, Any]) -> dict[str, tuple[tuple[str, ...], str]]:
    """Object -> (properties, where it lands). Raises SourceError."""
    declared = spec.get("objects")
    if declared is None:
        return dict(OBJECTS)
    if not isinstance(declared, Mapping):
        raise SourceError("hubspot: objects: must name each object: {properties: [...], into: ...}")
    objects = {}
    for name, one in declared.items():
        if not str(name).replace("_", "").replace("-", "").isalnum():
            raise SourceError(f"hubspot: objects: {name!r} is not an object's name")
        if not isinstance(one, Mapping) or not isinstance(one.get("properties"), list):
            raise SourceError(f"hubspot: objects: {name}: needs properties: [...] and into:")
        needed(f"hubspot: objects: {name}", one, "properties", "into")
        properties = dict.fromkeys([*map(str, one["properties"]), MERGED])
        objects[str(name)] = (tuple(properties), str(one["into"]))
    return objects


def search(client: Client, name: str, properties: Sequence[str]) -> Iterator[Page]:
    """Every live record in ascending order of its id.

    Each page begins after the last id of the one before: a search ends after 10,000 records, and
    HubSpot's own mark of the next page skips a record when one before it is archived meanwhile.
    PullFailed when ids do not ascend, or the pages do not end.
    """
    own = vendors()["hubspot"]
    url = f"{client.base_url}{own['prefix']}{name}/search"
    last = 0
    for number in range(vendors()["patience"]["pages"]):
        condition = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
        question = {
            "filterGroups": [{"filters": [condition]}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": list(properties),
            "limit": own["page_size"],
        }
        body, document = client.ask("POST", url, question)
        # Searches have a limit of their own, which no header states.
        client.budget.hold(own["search_pause_seconds"])
        records, following = _page(document, url)
        if records or number == 0:
            yield Page(body, records)
        if following is None:
            return
        ids = [int(one) for one in (str(r.get("id")) for r in records) if one.isdecimal()]
        if len(ids) < len(records) or not ids or max(ids) <= last:
            raise PullFailed(f"{name}: the search does not go on by id; pull again later")
        last = max(ids)
    raise PullFailed(f"{name}: no end of pages; ask for fewer records")


def archived(client: Client, name: str, properties: Sequence[str]) -> Iterator[Page]:
    """Every archived record; searches leave them out. PullFailed when the pages do not end."""
    own = vendors()["hubspot"]
    after: str | None = None
    for _ in range(vendors()["patience"]["pages"]):
        query = {"archived": "true", "limit": str(own["page_size"])}
        query["properties"] = ",".join(properties)
        query |= {"after": after} if after else {}
        url = f"{client.base_url}{own['prefix']}{name}?{urlencode(query)}"
        body, document = client.get(url)
        records, following = _page(document, url)
        if records:
            yield Page(body, records)
        if following is None:
            return
        if following == after:
            raise PullFailed(f"{name}: the next page is one that came before; pull again later")
        after = following
    raise PullFailed(f"{name}: no end of pages; ask for fewer records")


def _page(document: Any, url: str) -> tuple[list[Any], str | None]:
    """The records of a page, and the mark of the next one."""
    records = document.get("results") if isinstance(document, dict) else None
    if not isinstance(records, list):
        raise PullFailed(f"{url.partition('?')[0]}: the answer is not a page of objects")
    paging = document.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return [r for r in records if isinstance(r, dict)], None if after is None else str(after)
