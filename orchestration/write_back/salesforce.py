"""Salesforce as a place to write decisions to: reads by external id, upserts of collections.

Belongs here: its requests and answers. Does not: what is written (plan.py), or sending requests
(ingest/api/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ingest.api.budget import PullFailed
from ingest.api.client import Client, vendors
from ingest.api.refusals import Rejected, words_of
from ingest.safe_text import one_line
from ingest.sources.salesforce import pages
from orchestration.write_back.crm import Held, Upserted


class Salesforce:
    """One organization, through its client."""

    def __init__(self, client: Client, version: str | None = None) -> None:
        self.client, own = client, vendors()["salesforce"]
        self.version = version or own["version"]
        self.batch: int = own["keys"]
        self.longest: int = own["question_bytes"]

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def try_it(self) -> None:
        """Check that a token is issued and that the API answers."""
        self.client.get(f"{self.client.base_url}/services/data/{self.version}/limits")

    def read(
        self, name: str, external_id: str, fields: Sequence[str], keys: Sequence[str]
    ) -> list[Held]:
        """Records of `name` by external id; deleted ones are not among them."""
        records = []
        names = list(dict.fromkeys(["Id", external_id, *fields]))
        for some in self._chunks(keys):
            quoted = ", ".join(f"'{_escaped(key)}'" for key in some)
            query = f"SELECT {', '.join(names)} FROM {name} WHERE {external_id} IN ({quoted})"
            for page in pages(self.client, query, self.version, "query"):
                for record in page.records:
                    values = {field: record.get(field) for field in fields}
                    held = Held(str(record.get("Id")), str(record.get(external_id)), values)
                    records.append(held)
        return records

    def _chunks(self, keys: Sequence[str]) -> Iterator[list[str]]:
        """Keys in groups as large as one query may be, in number and in length."""
        some: list[str] = []
        length = 0
        for key in keys:
            size = len(quote(_escaped(key))) + 12
            if some and (len(some) == self.batch or length + size > self.longest):
                yield some
                some, length = [], 0
            some.append(key)
            length += size
        if some:
            yield some

    def upsert(
        self, name: str, external_id: str, rows: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Upserted]:
        """Create or update each record on its own; one that fails does not stop the others.

        PullFailed when the answer does not have one result per record.
        """
        url = f"{self.client.base_url}/services/data/{self.version}/composite/sobjects"
        records = [
            {"attributes": {"type": name}, external_id: key, **values} for key, values in rows
        ]
        question = {"allOrNone": False, "records": records}
        try:
            _, answer = self.client.ask("PATCH", f"{url}/{name}/{external_id}", question)
        except Rejected as refused:
            if len(rows) == 1:
                return [Upserted(None, False, refused.words or str(refused))]
            half = len(rows) // 2
            return [
                *self.upsert(name, external_id, rows[:half]),
                *self.upsert(name, external_id, rows[half:]),
            ]
        if not isinstance(answer, list) or len(answer) != len(rows):
            raise PullFailed(f"{name}: the upsert has not one answer for each of {len(rows)} rows")
        return [_upserted(one) for one in answer]


def _upserted(one: Any) -> Upserted:
    if not isinstance(one, dict) or one.get("success") is not True:
        errors = one.get("errors") if isinstance(one, dict) else None
        listed = errors if isinstance(errors, list) else []
        reasons = [
            ": ".join(filter(None, [str(e.get("statusCode") or ""), words_of(e)]))
            for e in listed
            if isinstance(e, dict)
        ]
        return Upserted(
            None, False, one_line("; ".join(reasons))[:300] or "refused without a reason"
        )
    return Upserted(str(one.get("id")), one.get("created") is True)


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace("'", "\\'")
