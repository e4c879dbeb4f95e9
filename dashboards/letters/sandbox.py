"""The sandbox of a letter's template, which reads only what it is given.

Belongs here: the loader, and what a template may call and how often. Does not: what a letter may
say (checks.py), or the rows that a template is given (facts.py).

A template may come from somebody else. It cannot leave its folder, change a row, reach Python
through one, or take more time and memory than a letter needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

# The limits of a template's text, of a letter, of the numbers that it counts through, and of one
# text.
MOST_BYTES, MOST_CHARACTERS, MOST_STEPS, LONGEST_TEXT = 1 << 20, 4 << 20, 100_000, 100_000
# Filters and methods that make a short text long.
STRETCHING = {"format", "format_map", "center", "ljust", "rjust", "zfill", "expandtabs", "replace"}
STRETCHING_FILTERS = {"center", "format", "indent", "replace", "wordwrap", "xmlattr", "pprint"}
STRETCHING_GLOBALS = {"lipsum"}


class TwoFolders(jinja2.BaseLoader):
    """Our templates, and those of a folder, which replace ours except `KEPT`; nothing outside these
    two folders, and no link out of them."""

    # The page around every letter, which lets no script run and fetches nothing.
    KEPT = frozenset(["page.html"])

    def __init__(self, ours: Path, theirs: Path | None) -> None:
        self.ours = ours.resolve()
        self.theirs = theirs.resolve() if theirs else None

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Jinja's own call: (text, path, whether it is up to date).

        TemplateNotFound for a template outside both folders; TemplateError for one that is too
        large or is not UTF-8.
        """
        for folder in (None if template in self.KEPT else self.theirs, self.ours):
            path = (folder / template).resolve() if folder and "\0" not in template else None
            if path is None or path.suffix != ".html" or path.parent != folder:
                continue
            if not path.is_file():
                continue
            if path.stat().st_size > MOST_BYTES:
                raise jinja2.TemplateError(f"{path} has over {MOST_BYTES >> 20} MB")
            try:
                return path.read_text("utf-8"), str(path), lambda: True
            except UnicodeDecodeError as error:
                raise jinja2.TemplateError(f"{path} is not text in UTF-8: {error}") from None
        raise jinja2.TemplateNotFound(template)


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which rows cannot be changed and no text can grow without limit."""

    intercepted_binops = frozenset(["*", "**", "%", "+", "//"])

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        if isinstance(obj, str) and attr in STRETCHING:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """One operation of a template on two values; SecurityError where it could grow large."""
        numbers = (int, float)
        if operator == "%" and isinstance(left, str):
            raise SecurityError("a template formats no text by %")
        if operator == "**" or (
            operator == "*" and not (isinstance(left, numbers) and isinstance(right, numbers))
        ):
            raise SecurityError(f"a template uses {operator} on numbers alone, and ** on none")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, str | list | tuple) and len(result) > LONGEST_TEXT:
            raise SecurityError(f"a text or list of over {LONGEST_TEXT:,} members")
        if isinstance(result, int) and result.bit_length() > 256:
            raise SecurityError("a number of over 256 bits")
        return result


def letter_environment(ours: Path, theirs: Path | None = None) -> LetterEnvironment:
    """The environment of letters: our templates, and a folder whose templates replace them."""
    environment = LetterEnvironment(
        loader=TwoFolders(ours, theirs),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    for name in STRETCHING_FILTERS:
        environment.filters.pop(name, None)
    for name in STRETCHING_GLOBALS:
        environment.globals.pop(name, None)
    return environment


def rendered(environment: LetterEnvironment, name: str, values: Mapping[str, Any]) -> str:
    """The filled template. A SecurityError (a jinja2.TemplateError) where it exceeds a limit."""
    steps = Steps()
    pieces: list[str] = []
    size = 0
    environment.globals["range"] = steps.range
    for piece in environment.get_template(name).generate(values):
        size += len(piece)
        if size > MOST_CHARACTERS:
            raise SecurityError(f"a letter of over {MOST_CHARACTERS >> 20} million characters")
        pieces.append(piece)
    return "".join(pieces)


class Steps:
    """Counts the steps of all loops over `range` in one letter."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def range(self, *bounds: int) -> Iterator[int]:
        """Python's range; SecurityError when a letter counts further than it may in all."""
        for number in range(*bounds):
            self.left -= 1
            if self.left < 0:
                raise SecurityError(f"a letter counts through over {MOST_STEPS:,} numbers")
            yield number
