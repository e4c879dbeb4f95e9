"""Salesforce's 15- and 18-character ids, which name the same record.

Belongs here: the one form in which ids land. Does not: which columns hold such ids (column maps).

The last three characters of the long form say which of the first fifteen are upper case, so that
the long form survives programs that ignore case.
"""

from __future__ import annotations

import re

SHORT, LONG = 15, 18
GROUP = 5
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
PLAIN = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-5]{3})?", re.ASCII)


def long_id(text: str) -> str:
    """The long form of an id, in its own case; a text that is no such id as it is.

    >>> long_id("001A0000006Vm9r"), long_id("001a0000006vm9rIAC")
    ('001A0000006Vm9rIAC', '001A0000006Vm9rIAC')
    """
    if not PLAIN.fullmatch(text):
        return text
    if len(text) == SHORT:
        return text + _ending(text)
    restored = _restored(text[:SHORT], text[SHORT:].upper())
    return text if restored is None else restored + text[SHORT:].upper()


def _ending(short: str) -> str:
    groups = (short[start : start + GROUP] for start in range(0, SHORT, GROUP))
    return "".join(
        LETTERS[sum(1 << place for place, one in enumerate(group) if "A" <= one <= "Z")]
        for group in groups
    )


def _restored(short: str, ending: str) -> str | None:
    """The first fifteen characters in the case that the ending says; None where it can't be."""
    cased = []
    for place, one in enumerate(short):
        upper = LETTERS.index(ending[place // GROUP]) >> place % GROUP & 1
        if upper and not one.isalpha():
            return None
        cased.append(one.upper() if upper else one.lower())
    return "".join(cased)
