"""Text files that were only partly written: blocks of zero bytes, a body of nothing but blanks.

Belongs here: recognising such a file by its bytes. Does not: files that end between two rows, which
only a comparison with earlier ones shows (deliveries/losses.py).
"""

from __future__ import annotations

from pathlib import Path

from ingest.judging.table import Refused

# No text in any supported encoding has this many zero bytes in a row.
HOLE = bytes(16)
# A header alone is short; a file of this size that holds no row has lost its rows.
MOST_WITHOUT_ROWS = 64 << 10
BLOCK = 8 << 20


def refuse_holes(data: bytes) -> None:
    """Raises Refused where a part of a text file is zero bytes: it was never written."""
    place = data.find(HOLE)
    if place >= 0:
        raise Refused("truncated", _message(place))


def refuse_holes_in(path: Path) -> None:
    """The same for a file that is too big for memory: raises Refused for a block of zero bytes."""
    before, place = b"", 0
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            hole = (before + block).find(HOLE)
            if hole >= 0:
                raise Refused("truncated", _message(place - len(before) + hole))
            place += len(block)
            before = block[1 - len(HOLE) :]


def refuse_blank_body(size: int, rows: int) -> None:
    """Raises Refused where a file of this many bytes holds no row: it is not header-only."""
    if rows == 0 and size > MOST_WITHOUT_ROWS:
        problem = f"the file has {size} bytes and not one row, so its rows were lost on the way"
        raise Refused("truncated", f"{problem}; deliver it again")


def _message(place: int) -> str:
    return (
        f"from byte {place + 1} on the file holds zero bytes where text should be, so a part of it "
        "was never written; deliver it again"
    )
