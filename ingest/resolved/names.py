"""Normalises a company's name, so that two spellings of it become equal.

Belongs here: semantics 7, "Normalised names". Does not: comparing customers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def words_of(text: str) -> list[str]:
    """NFKD without marks, lower case, `&` as and, punctuation as blank; the words that remain."""
    plain = "".join(
        c
        for c in unicodedata.normalize("NFKD", text)
        if not unicodedata.category(c).startswith("M")
    )
    spaced = plain.lower().replace("&", " and ")
    return "".join(c if c.isalnum() else " " for c in spaced).split()


class Names:
    """Normalises names against a list of legal forms.

    A form counts dotted or spaced alike: `S.A.` and `S A` are `sa`. A name that is nothing but
    legal forms keeps its first word, so that no company loses its whole name.
    """

    def __init__(self, legal_forms: Iterable[str]) -> None:
        forms = {tuple(words_of(form)) for form in legal_forms} - {()}
        spelled = {tuple("".join(form)) for form in forms}
        self._forms = forms | spelled
        self._longest = max(map(len, self._forms), default=0)

    def _trailing(self, words: list[str]) -> int:
        """How many words at the end make one legal form; 0 for none."""
        for count in range(min(self._longest, len(words)), 0, -1):
            if tuple(words[-count:]) in self._forms:
                return count
        return 0

    def normalise(self, text: str) -> str:
        """The normalised name of one landed text; may be empty."""
        words = words_of(text)
        count = self._trailing(words)
        while count and count < len(words):
            words = words[:-count]
            count = self._trailing(words)
        return " ".join(words)
