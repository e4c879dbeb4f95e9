"""The moment that the publishing machine's own clock showed, beside the day that a person stated.

Belongs here: writing and checking that note. Does not: proof of a moment: the note is only a claim,
which a stamp (stamping.py) or a person's signature (vouching.py) may support.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.ledger.files import MADE
from scoring.ledger.integrity import Fault
from scoring.ledger.records import Publication, canonical, sha256


@dataclass(frozen=True)
class Moment:
    """What a publication says of its own time: the stated day, and the machine's moment (UTC)."""

    publication: str
    by: str
    on: str
    at: str

    @property
    def text(self) -> str:
        """The moment in one line."""
        return f"{self.publication}: by {self.by}, dated {self.on}, made {self.at} UTC by its clock"


def note(statement: Mapping[str, Any]) -> bytes:
    """The file beside the records, made from a statement of vouching.statement."""
    text = canonical(statement)
    record = {"statement": json.loads(text), "sha256": sha256(text.encode())}
    return f"{canonical(record)}\n".encode()


def moments(folder: Path, publications: Iterable[Publication]) -> tuple[list[Moment], list[Fault]]:
    """Each publication's note, and a fault for each note that has changed; a publication made
    before notes were kept has none."""
    noted: list[Moment] = []
    faults: list[Fault] = []
    for publication in publications:
        path = folder / publication.name / MADE
        if not path.exists():
            continue
        try:
            noted.append(_moment(publication, path.read_bytes()))
        except (ValueError, KeyError, TypeError) as error:
            place = f"ledger/{publication.name}/{MADE}"
            faults.append(Fault("", place, f"it is not what was written: {error}"))
    return noted, faults


def _moment(publication: Publication, data: bytes) -> Moment:
    record = json.loads(data)
    statement = record["statement"]
    if sha256(canonical(statement).encode()) != record["sha256"] or set(record) != {
        "statement",
        "sha256",
    }:
        raise ValueError("its digest is another")
    expected = {"publication": publication.name, "head": publication.head}
    expected |= {name: publication.opening[name] for name in ("by", "on")}
    for name, value in expected.items():
        if statement[name] != value:
            raise ValueError(f"it speaks of {name} {statement[name]}; the ledger has {value}")
    return Moment(publication.name, statement["by"], statement["on"], statement["at"])
