"""Values that break things, and values in other words, for spoilt files.

Belongs here: what a cell may hold. Does not: files (spoilt_*.py).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Mutant = tuple[str, bytes]
"""What was done, and the bytes."""


HOSTILE = (
    "",
    " ",
    "0",
    "-0",
    "1e309",
    "NaN",
    "99999999999999999999999999",
    "1.234,56",
    "1,234.56",
    "=1+1",
    "'=x",
    "@SUM(A1)",
    '"',
    '""',
    "a\nb",
    "a\r\nb",
    "\x00",
    "\ufeff",
    "\u202eabc",
    "ß" * 300,
    "2025-13-01",
    "2025-02-30",
    "01/02/2025",
    "0000-00-00",
    "9999-12-31T23:59:60Z",
    "2025-03",
    "true",
    "null",
    "{}",
    "[]",
    "../../etc/passwd",
    "'; drop table x; --",
    "<script>",
    "％",
    "٣",
    "x" * 40_000,
    "USD",
    "usd",
    "P-0001",
)

# Characters that no page, XML or terminal holds, and some that they do.
CONTROLS = (
    "\x01",
    "\x07",
    "\x0b",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\x9b",
    "\ufffe",
    "\u202e",
    "\u2028",
    "\t",
)
TRUE_WORDS = (
    "t",
    "1",
    "Yes",
    "Y",
    "on",
    "WAHR",
    "VRAI",
    "VERO",
    "VERDADERO",
    "checked",
    "1.0",
    "perhaps",
)
FALSE_WORDS = ("f", "0", "No", "N", "off", "FALSCH", "FAUX", "FALSO", "unchecked", "0.0", "not")


def _computed(text: str, rng: random.Random) -> str:
    """A number as a program that computed it writes it: some ulps away, 17 digits."""
    return format(float(text) * (1 + rng.choice((1, -1, 2)) * 2**-52), ".17g")


def other_words(text: str, rng: random.Random) -> str:
    """A truth value as other programs and languages write it; now and then what is none."""
    return rng.choice(TRUE_WORDS if text.lower() == "true" else FALSE_WORDS)


def _zoned(text: str, rng: random.Random) -> str:
    clock = text.removesuffix("Z")
    ways = ("+02:00", "-0730", " Z", "z", ",123456789Z", ".5+05", "", "+25:00", " +00:00")
    return rng.choice(
        (clock + rng.choice(ways), clock[:10], clock[:11] + "24:00:00Z", clock.lower())
    )


# What is done -> (which values it is done to, what they become).
MARKED: dict[str, tuple[Callable[[str], bool], Callable[[str, random.Random], str]]] = {
    "computed": (lambda v: re.fullmatch(r"-?[0-9]+\.[0-9]+", v) is not None, _computed),
    "words": (lambda v: v.lower() in ("true", "false"), other_words),
    "zones": (lambda v: re.fullmatch(r"[0-9-]{10}T[0-9:.]+Z?", v) is not None, _zoned),
}
