"""What a draft is made of: the file, the likeliest entity, and which column is which.

Belongs here: the parts of a proposal. Does not: finding columns (draft.py), or YAML
(draft_write.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.formats.draft_content import Content
from ingest.formats.draft_terms import is_each, words_of
from ingest.judging.contract import Column, Entity


@dataclass(frozen=True)
class Guess:
    """A column of theirs proposed for one of ours; `likeness` from 0 to 1."""

    ours: Column
    theirs: str
    likeness: float


@dataclass(frozen=True)
class Proposal:
    """Everything of which a draft is made: the file, the entity, its columns, a sample of rows,
    other entities that fit almost as well, and other columns that could be one of ours."""

    path: Path
    spec: Entity
    guesses: tuple[Guess, ...]
    contents: Mapping[str, Content]
    rows: Sequence[Mapping[str, str | None]]
    others: tuple[str, ...] = ()
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def theirs(self, name: str) -> str | None:
        """Their column for one of ours."""
        return next((g.theirs for g in self.guesses if g.ours.name == name), None)

    @property
    def each(self) -> str | None:
        """An unused column whose name says that it is a unit price."""
        taken = {guess.theirs for guess in self.guesses}
        return next(
            (
                name
                for name, content in self.contents.items()
                if name not in taken and is_each(words_of(name)) and content.numbers == 1
            ),
            None,
        )

    def values(self, theirs: str) -> list[str | None]:
        """A column of the sample, row by row."""
        return [row.get(theirs) for row in self.rows]
