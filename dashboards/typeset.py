"""PDF pages from a Typst template and data; the same data give the same bytes.

Belongs here: compiling, keeping data from being markup, letters that no font here has. Does not:
what a page says (the templates and their callers).

Data reach a template as JSON (`json(bytes(sys.inputs.data))`) and stay text: nothing in them is
read as markup. Fonts are the library's, never this machine's; the template sets `date: none`, and
the file's identifier is computed from its content.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

# Tagged for screen readers; the compiler refuses what a screen reader could not read.
STANDARD: Literal["ua-1"] = "ua-1"
KNOWN_LETTERS = 0x17F
NEVER_SHOWN = ("Cc", "Cf", "Cs", "Co", "Cn")
# The compiler drops what it computed when this many compilations in a row did not need it.
REMEMBERED = 10
PROBE = b'#set document(title: "p", date: none)\n#json(bytes(sys.inputs.data))'


class TypesetError(ValueError):
    """A template or an image in the data cannot be typeset; the message is the compiler's."""


def typeset(template: Path, data: Any) -> bytes:
    """A PDF of `template`, which may only read its own folder; `data` are JSON values.

    A character that no font here has, or that shows nothing, is written as its code point.
    """
    prepared = _shown(data, _missing(frozenset("".join(_texts(data)))))
    return _compiled(template.read_bytes(), prepared, str(template.parent))


def unprintable(texts: Iterable[str]) -> set[str]:
    """The characters of `texts` that a PDF shows as code points."""
    return _missing(frozenset("".join(texts)))


def forget() -> None:
    """Let the compiler forget what it computed for earlier documents: about 100 MiB for each
    document about a few hundred partners. Does nothing if none was typeset."""
    if "typst" in sys.modules:
        for _ in range(REMEMBERED + 1):
            _compiled(PROBE, "")


def _compiled(source: bytes, data: Any, root: str | None = None) -> bytes:
    import typst

    try:
        return typst.compile(
            source,
            root=root,
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=[STANDARD],
        )
    except typst.TypstError as error:
        raise TypesetError(error.message) from None


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False)


def _texts(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    if isinstance(data, list | tuple):
        return [text for value in data for text in _texts(value)]
    return []


def _shown(data: Any, missing: set[str]) -> Any:
    if isinstance(data, str):
        return "".join(f"[U+{ord(c):04X}]" if c in missing else c for c in data)
    if isinstance(data, dict):
        return {key: _shown(value, missing) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_shown(value, missing) for value in data]
    return data


def _missing(characters: frozenset[str]) -> set[str]:
    hidden = {c for c in characters if unicodedata.category(c) in NEVER_SHOWN and c not in "\n\r\t"}
    unusual = sorted(c for c in characters - hidden if ord(c) > KNOWN_LETTERS)
    return hidden | _halved("".join(unusual))


@lru_cache(maxsize=4096)
def _halved(characters: str) -> frozenset[str]:
    """The characters that cannot be shown: none if all can, else those of each half."""
    if not characters:
        return frozenset()
    try:
        # Separated, so that no character combines with its neighbour.
        _compiled(PROBE, " ".join(characters))
    except TypesetError:
        if len(characters) == 1:
            return frozenset(characters)
        middle = len(characters) // 2
        return _halved(characters[:middle]) | _halved(characters[middle:])
    return frozenset()
