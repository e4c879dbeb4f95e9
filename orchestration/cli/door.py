"""The one door through which a command's words reach the terminal or a pipe.

Belongs here: making texts from files harmless on the way out. Does not: what is printed, or how it
is laid out (drawing/tables.py).

A name can contain an escape sequence that rewrites the screen, or a mark that reverses the order of
letters. Such a character is shown by its code, whichever command prints it and however: the streams
clean what is printed, and the console cleans what it draws, so that its own colours stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions
from rich.segment import Segment

from ingest.safe_text import harmless


class Stream:
    """A text stream that writes no control characters except line ends and tabs.

    Rich, which writes colours of its own, finds the stream behind it by `rich_proxied_file`.
    """

    def __init__(self, behind: TextIO) -> None:
        self.rich_proxied_file = behind

    def write(self, text: str) -> int:
        """Write the harmless form of a text; returns the length of the original text."""
        self.rich_proxied_file.write(harmless(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)


class SafeConsole(Console):
    """Rich's console for texts from anywhere: these are made harmless, while its own colours
    stay."""

    def render(self, renderable: Any, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of a renderable, their texts in harmless form."""
        for segment in super().render(renderable, options):
            safe = segment.text if segment.control else harmless(segment.text)
            yield segment if safe == segment.text else Segment(safe, segment.style)


@contextmanager
def safe_streams() -> Iterator[None]:
    """Standard output and error through this door, for as long as a command runs."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream(out), Stream(err)  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err
