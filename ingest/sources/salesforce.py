"""Records of Salesforce from its REST API, deleted ones too, each page as received.

Belongs here: which queries are sent, page by page. Does not: what a field means (column maps), or
sending requests (ingest/api/). Nothing is written in Salesforce.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from ingest.api.budget import PullFailed
from ingest.api.client import Client, Credentials, vendors
from ingest.sources.api_pages import Page, keep, needed
from ingest.sources.fetched import Fetched, SourceError

# What is requested where a source names no queries: fields that every organization has, in a stable
# order, so that a page stays the same as long as its records do.
QUERIES = {
    "accounts": (
        "SELECT Id, Name, Website, BillingCountry, IsDeleted, MasterRecordId, SystemModstamp"
        " FROM Account ORDER BY Id",
        "crm/accounts",
    ),
    "opportunities": (
        "SELECT Id, AccountId, Name, StageName, Type, LeadSource, CreatedDate, CloseDate, IsClosed,"
        " IsWon, Amount, IsDeleted, SystemModstamp FROM Opportunity ORDER BY Id",
        "crm/opportunities",
    ),
}
MOMENT = re.compile(r"\bSystemModstamp\b|\bFIELDS\(", re.IGNORECASE)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


def fetch(
    spec: Mapping[str, Any],
    landing: Path,
    state: dict[str, Any],
    now: datetime | None = None,
    sleep: Callable[[float], None] | None = None,
) -> list[Fetched]:
    """The pages of each query whose records have changed since the last pull.

    `spec`: url (of your own domain there), client_id, client_secret, and queries (name -> {query,
    into}); without them accounts and opportunities by their standard fields. A query that fails
    does not stop the others, unless no more requests are allowed today. `now` in UTC. Raises
    SourceError.
    """
    client = opened(spec, sleep)
    own = vendors()["salesforce"]
    queries = queries_of(spec)
    moment = now or datetime.now(UTC)
    fetched: list[Fetched] = []
    try:
        for name, (query, into) in queries.items():
            stem = f"{spec.get('name', 'salesforce')}-{name}"
            walk = pages(client, query, str(spec.get("version") or own["version"]))
            written, _, fault = keep(stem, into, walk, landing, state, moment)
            fetched += written
            if fault:
                fetched.append(Fetched(name, fault=fault))
    finally:
        client.close()
    return fetched


def opened(spec: Mapping[str, Any], sleep: Callable[[float], None] | None = None) -> Client:
    """The client of an organization; sends no request yet. Raises SourceError."""
    needed("salesforce", spec, "url", "client_id", "client_secret")
    url = str(spec["url"]).rstrip("/")
    token_url = url + vendors()["salesforce"]["token_path"]
    known = Credentials(str(spec["client_id"]), str(spec["client_secret"]), token_url)
    try:
        return Client(url, known, sleep=sleep)
    except PullFailed as error:
        raise SourceError(f"salesforce: {error}") from None


def queries_of(spec: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Name -> (query, where it lands). Raises SourceError."""
    declared = spec.get("queries")
    if declared is None:
        return dict(QUERIES)
    if not isinstance(declared, Mapping):
        raise SourceError("salesforce: queries: must name each query: {query: ..., into: ...}")
    queries = {}
    for name, one in declared.items():
        if not NAME.fullmatch(str(name)) or not isinstance(one, Mapping):
            raise SourceError(f"salesforce: queries: {name!r} needs a name and {{query, into}}")
        needed(f"salesforce: queries: {name}", one, "query", "into")
        if not MOMENT.search(str(one["query"])):
            raise SourceError(
                f"salesforce: queries: {name}: select SystemModstamp too: without it a record that "
                "was deleted and restored looks like the delivery before, and changes nothing"
            )
        queries[str(name)] = (" ".join(str(one["query"]).split()), str(one["into"]))
    return queries


def pages(client: Client, query: str, version: str, resource: str = "queryAll") -> Iterator[Page]:
    """Every page of a query, each given before the next is requested. The `resource` `query` leaves
    deleted records out.

    PullFailed where an answer is not a page, a page that is not the last names no successor, leads
    elsewhere or repeats, or where fewer records came than the first page stated.
    """
    path = f"/services/data/{version}/{resource}"
    url = f"{client.base_url}{path}?{urlencode({'q': query})}"
    visited: set[str] = set()
    came = 0
    for _ in range(vendors()["patience"]["pages"]):
        visited.add(url)
        body, document = client.get(url)
        records = document.get("records") if isinstance(document, dict) else None
        if not isinstance(records, list) or not isinstance(document.get("done"), bool):
            raise PullFailed(f"{path}: the answer is not a page of a query; is url Salesforce's?")
        came += len(records)
        yield Page(body, records)
        if document["done"]:
            _hold_whole(document.get("totalSize"), came, path)
            return
        url = _next(document.get("nextRecordsUrl"), client.base_url, version)
        if url in visited:
            raise PullFailed(f"{path}: the next page is one that came before; pull again later")
    raise PullFailed(f"{path}: over {len(visited)} pages and no end; ask for fewer records")


def _next(href: Any, base: str, version: str) -> str:
    """The address of the next page, on this host and under this version's queries alone."""
    if not isinstance(href, str) or not href:
        raise PullFailed("a page is not the last and names no next one; pull again later")
    target, here = urlsplit(urljoin(base + "/", href)), urlsplit(base)
    inside = re.fullmatch(rf"/services/data/{re.escape(version)}/query(All)?/[\w-]+", target.path)
    if (target.scheme, target.netloc) != (here.scheme, here.netloc) or not inside:
        raise PullFailed(f"nextRecordsUrl leads to {href[:120]!r}, which is not followed")
    return target.geturl()


def _hold_whole(promised: Any, came: int, path: str) -> None:
    total = str(promised) if promised is not None else ""
    if total.isdecimal() and int(total) > came:
        raise PullFailed(f"{path}: {came} of {total} records came; pull again")
