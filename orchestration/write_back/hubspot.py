"""HubSpot as a place to write decisions to: batch reads and upserts by a unique property.

Belongs here: its requests and answers. Does not: what is written (plan.py), or sending requests
(ingest/api/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.api.budget import PullFailed
from ingest.api.client import Client, vendors
from ingest.api.refusals import Rejected, words_of
from ingest.formats.json_page import Number
from ingest.safe_text import one_line
from orchestration.write_back.crm import Held, Upserted, shown

SOME_FAILED = 207
GOOD = (200, 201, SOME_FAILED)


class HubSpot:
    """One account, through its client."""

    def __init__(self, client: Client) -> None:
        self.client, own = client, vendors()["hubspot"]
        self.batch: int = own["batch"]
        self.prefix: str = own["prefix"]

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def try_it(self) -> None:
        """Check that the token is accepted."""
        self.client.get(f"{self.client.base_url}/account-info/v3/details")

    def read(
        self, name: str, external_id: str, fields: Sequence[str], keys: Sequence[str]
    ) -> list[Held]:
        """Records of `name` by a unique property; archived ones are not among them."""
        held = []
        for start in range(0, len(keys), self.batch):
            inputs = [{"id": key} for key in keys[start : start + self.batch]]
            question = {
                "idProperty": external_id,
                "properties": [external_id, *fields],
                "inputs": inputs,
            }
            answer = self._ask(f"{name}/batch/read", question)
            _hold_absent(answer, name)
            for record in _results(answer, name):
                values = record["properties"]
                known = {field: values.get(field) for field in fields}
                held.append(Held(str(record.get("id")), str(values.get(external_id)), known))
        return held

    def upsert(
        self, name: str, external_id: str, rows: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Upserted]:
        """Create or update each record on its own; one that fails does not stop the others.

        HubSpot answers in any order, and identifies a failed record only by the trace that was sent
        with it.
        """
        inputs = [
            {
                "id": key,
                "idProperty": external_id,
                "objectWriteTraceId": str(place),
                "properties": {external_id: key} | {n: _sent(v) for n, v in values.items()},
            }
            for place, (key, values) in enumerate(rows)
        ]
        try:
            answer = self._ask(f"{name}/batch/upsert", {"inputs": inputs})
        except Rejected as refused:
            if len(rows) == 1:
                return [Upserted(None, False, refused.words or str(refused))]
            half = len(rows) // 2
            return [
                *self.upsert(name, external_id, rows[:half]),
                *self.upsert(name, external_id, rows[half:]),
            ]
        done = {
            str(one["properties"].get(external_id)).casefold(): Upserted(
                str(one.get("id")), one.get("new") is True
            )
            for one in _results(answer, name)
        }
        failed = _failed(answer)
        unsaid = Upserted(None, False, "the answer says nothing of this record")
        return [
            Upserted(None, False, failed[str(place)])
            if str(place) in failed
            else done.get(key.casefold(), unsaid)
            for place, (key, _) in enumerate(rows)
        ]

    def _ask(self, place: str, question: Any) -> Any:
        url = f"{self.client.base_url}{self.prefix}{place}"
        return self.client.ask("POST", url, question, GOOD)[1]


def _results(answer: Any, name: str) -> list[dict[str, Any]]:
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise PullFailed(f"{name}: the answer is not a batch of objects")
    return [r for r in results if isinstance(r, dict) and isinstance(r.get("properties"), dict)]


def _errors(answer: Any) -> list[dict[str, Any]]:
    listed = answer.get("errors") if isinstance(answer, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _hold_absent(answer: Any, name: str) -> None:
    """Accept an error of a read which says that a record does not exist; raise any other."""
    for error in _errors(answer):
        if error.get("category") != "OBJECT_NOT_FOUND":
            raise PullFailed(f"{name}: {one_line(words_of(error))[:300]}")


def _failed(answer: Any) -> dict[str, str]:
    """Trace of a failed record -> the vendor's words."""
    failed = {}
    for error in _errors(answer):
        context = error.get("context")
        traces = context.get("objectWriteTraceId") if isinstance(context, dict) else None
        for trace in traces if isinstance(traces, list) else [traces]:
            failed[str(trace)] = one_line(words_of(error))[:300] or "refused without a reason"
    return failed


def _sent(value: Any) -> Any:
    """The text to send for a property; an empty text empties it."""
    return str(value) if isinstance(value, Number) else shown(value)
