"""A sequence in a temporary file: the content of pages, until the pack is made from it.

Belongs here: keeping things out of memory, in their order. Does not: what they are.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Spooled(Generic[Thing]):
    """Things in the order in which they were added, each read back when it is asked for; the file
    is deleted with the sequence."""

    def __init__(self) -> None:
        # Closed with the sequence, which is passed from where pages are made to where they are
        # packed.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._places: list[int] = []

    def append(self, thing: Thing) -> None:
        """Add a thing; its content is not kept in memory."""
        self._places.append(self._file.seek(0, 2))
        pickle.dump(thing, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: int) -> Thing:
        self._file.seek(self._places[place])
        # Nobody else can have written the file.
        return pickle.load(self._file)

    def __iter__(self) -> Iterator[Thing]:
        return (self[place] for place in range(len(self._places)))
