"""The one door through which a command's words reach the terminal or a pipe.

Belongs here: making what comes from files harmless on the way out. Does not: what is said, or how
it is laid out (drawing/tables.py).

A name can hold an escape sequence that rewrites the screen, or a mark that turns the order of
letters round. It is shown by its code, whichever command prints it and whichever way: the streams
clean what is printed, and the console what it draws, so that its own colours stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions
from rich.segment import Segment

from ingest.formats.safe_text import harmless


class Stream:
    """A text stream that writes nothing a terminal obeys but line ends and tabs.

    Rich finds the stream behind it by `rich_proxied_file`, since it writes colours of its own.
    """

    def __init__(self, behind: TextIO) -> None:
        self.rich_proxied_file = behind

    def write(self, text: str) -> int:
        """Write a text by its harmless form; returns the length of the text given."""
        self.rich_proxied_file.write(harmless(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)


class SafeConsole(Console):
    """Rich's console over texts from anywhere: they are harmless, and the colours its own."""

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
