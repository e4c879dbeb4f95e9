"""A proposed column map as YAML: what was found, and the questions that only a person can answer.

Belongs here: lines of YAML and their comments. Does not: finding columns (draft.py), or what an
amount or an end means (draft_terms.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ingest.formats.draft_content import Content, date_formats, number_locale
from ingest.formats.draft_terms import (
    end_is_first_day_without,
    is_each,
    is_whole,
    period_of,
    tells_rows_apart,
    words_of,
)
from ingest.judging.contract import Column, Entity
from ingest.judging.headers import fold

# Which ids can serve where another has no column, the likeliest first.
STANDS_IN = {
    "line_id": ("subscription_id", "order_form_id"),
    "subscription_id": ("order_form_id", "line_id"),
}
DATED = ("date", "timestamp", "month")
MONTH = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])(?!\d)")


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


def write(draft: Proposal) -> str:
    """The proposal as YAML; questions are comments, so that a map with an open one that matters
    lacks a required column and does not load."""
    by_name = {guess.ours.name: guess for guess in draft.guesses}
    used = [guess.theirs for guess in draft.guesses]
    if "quantity" in by_name and "amount" not in by_name and draft.each:
        used.append(draft.each)
    unused = sorted(set(draft.contents) - set(used))
    header = used or list(draft.contents)
    money = [draft.contents[g.theirs] for g in draft.guesses if g.ours.kind == "money"]
    lines = [
        "# Proposed from the file's header and content: read every line and correct it. It is used",
        "# once it lies in the folder `maps` under PLUMBLINE_HOME (plumbline map FILE --save).",
        *_which_entity(draft),
        f"id: {quoted(fold(draft.path.stem) or 'layout')}",
        f"title: {quoted(draft.path.stem)}",
        f"entity: {draft.spec.name}",
        "# The columns that tell this layout from others.",
        f"header: [{', '.join(map(quoted, header))}]",
        *number_locale(money),
    ]
    columns: list[str] = []
    for column in draft.spec.columns:
        if column.name in by_name:
            columns += _column_lines(draft, by_name[column.name])
        elif not column.optional:
            columns += _missing(draft, column)
    is_empty = all(line.lstrip().startswith("#") for line in columns)
    lines += ["columns: {}" if is_empty else "columns:", *columns]
    if unused:
        names = ", ".join(map(quoted, unused))
        lines.append(f"# kept beside the rows, in no column of ours: {names}")
    return "\n".join(lines) + "\n"


def _which_entity(draft: Proposal) -> list[str]:
    if not draft.others:
        return []
    names = ", ".join(draft.others)
    return [f"# Is it {draft.spec.name}? It could also be {names}: name it with --entity."]


def _column_lines(draft: Proposal, guess: Guess) -> list[str]:
    """One column, with how alike it is and an example; formats only where just one fits."""
    content = draft.contents[guess.theirs]
    example = next(iter(content.values), "")
    comment = f"# alike {guess.likeness:.2f}, e.g. {quoted(example[:40])}"
    parts = [f"from: {quoted(guess.theirs)}"]
    lines: list[str] = []
    kind = guess.ours.kind
    if guess.ours.name == "line_id":
        parts[0], lines = _line_id(draft, guess.theirs)
    if kind in DATED:
        form, questions = _format(draft, guess.theirs, kind)
        parts += [f"format: {quoted(form)}"] if form else []
        lines += questions
    elif kind == "enum":
        odd = sorted({v for v in content.values if v.lower() not in guess.ours.choices})[:20]
        # One of our own words, even with blanks or capitals, needs no question.
        same = {
            v: like
            for v in odd
            if (like := v.strip().lower().replace(" ", "_").replace("-", "_")) in guess.ours.choices
        }
        if same:
            pairs = ", ".join(f"{quoted(v)}: {like}" for v, like in same.items())
            parts.append(f"values: {{{pairs}}}")
        odd = [v for v in odd if v not in same]
        if odd:
            choices = ", ".join(guess.ours.choices)
            lines.append(f"  # add values: {{theirs: ours}}; ours are {choices};")
            lines.append(f"  # theirs {', '.join(map(quoted, odd))}")
    if guess.ours.name == "term_end":
        more, questions = _end(draft, guess.theirs)
        parts, lines = parts + more, lines + questions
    elif guess.ours.name == "amount" and draft.theirs("term_start"):
        more, questions = _amount(draft, guess.theirs)
        parts, lines = parts + more, lines + questions
    return [*lines, f"  {guess.ours.name}: {{{', '.join(parts)}}}  {comment}"]


def _format(draft: Proposal, theirs: str, kind: str) -> tuple[str | None, list[str]]:
    """The one format of a column of dates; where several fit, the one of the other columns."""
    formats = date_formats(draft.contents[theirs].values, with_clock=kind == "timestamp")
    if len(formats) > 1:
        dated = [g.theirs for g in draft.guesses if g.ours.kind in DATED and g.theirs != theirs]
        sure = [date_formats(draft.contents[one].values, with_clock=False) for one in dated]
        known = {readings[0] for readings in sure if len(readings) == 1} & set(formats)
        formats = list(known) if len(known) == 1 else formats
    if len(formats) == 1:
        return formats[0] or None, []
    if formats:
        return None, [f"  # more than one date format fits, choose: {', '.join(formats)}"]
    return None, []


def _end(draft: Proposal, theirs: str) -> tuple[list[str], list[str]]:
    """What the end day is taken to mean, and the question about rows without one."""
    start = draft.theirs("term_start")
    form, _ = _format(draft, theirs, "date")
    pairs = zip(draft.values(start) if start else [], draft.values(theirs), strict=False)
    without = end_is_first_day_without(pairs, form)
    parts, lines = [], []
    if without:
        parts.append("day_before: true")
        lines.append("  # taken for the first day without the subscription (whole months to it)")
    elif without is False:
        lines.append("  # taken for the last day of the term (whole months with it)")
    else:
        lines.append("  # taken for the last day of the term; is it the first day without? Then")
        lines.append("  # add day_before: true")
    empty = sum(not (value or "").strip() for value in draft.values(theirs))
    if empty:
        lines.append(
            f"  # {empty} of {len(draft.rows)} rows have no end: does the subscription run"
        )
        lines.append("  # until it is cancelled? Then add open_ended: monthly or yearly")
    return parts, lines


def _amount(draft: Proposal, theirs: str) -> tuple[list[str], list[str]]:
    """What the amount is taken for: a price per period or piece, or the value of the whole term."""
    words = words_of(theirs)
    parts: list[str] = []
    lines: list[str] = []
    if also := draft.also.get("amount"):
        lines.append(f"  # could also be {', '.join(map(quoted, also))}")
    quantity = draft.theirs("quantity")
    if is_each(words) and quantity:
        parts.append(f"times: [{quoted(quantity)}]")
        lines.append(f"  # taken for the price of one: the amount is it times {quoted(quantity)}")
    per = period_of(words)
    if per:
        parts.append(f"per: {per}")
        lines.append(f"  # taken for a price per {per}: the contract value is it over the term")
    elif is_whole(words):
        lines.append("  # taken for the value of the whole term")
    else:
        if quantity and not is_each(words):
            lines.append(f"  # is it the price of one? Then add times: [{quoted(quantity)}]")
        lines.append(
            "  # taken for the value of the whole term; is it a price per month, quarter or"
        )
        lines.append("  # year? Then add per: month, quarter or year")
    return parts, lines


def _missing(draft: Proposal, column: Column) -> list[str]:
    """A required column that was not found: filled from the file's place, or left as a question."""
    name = column.name
    if name == "partner_id" and (folder := folder_below(draft.path, draft.spec.name)):
        lies = f"the folder that the file lies in, {quoted(folder)}"
        return [f"  partner_id: {{path: folder}}  # {lies}"]
    if name == "report_month" and len(set(MONTH.findall(draft.path.name))) == 1:
        return ["  report_month: {path: month}  # the month in the file's name"]
    if name in STANDS_IN and (theirs := _stand_in(draft, name)):
        return [f"  {name}: {quoted(theirs)}  # it has no column of its own"]
    lines = [f"  # required, and nothing like it was found: {name}"]
    if name == "line_type":
        return [*lines, "  # is every row a new sale? Then: line_type: {constant: new}"]
    if name == "currency":
        return [*lines, "  # is every amount in one currency? Then: currency: {constant: USD}"]
    if name == "amount" and (each := draft.each):
        quantity = draft.theirs("quantity")
        price = f"{{from: {quoted(each)}, times: [{quoted(quantity or 'QUANTITY')}]}}"
        comment = f"  # {quoted(each)} is the price of one"
        if quantity:
            return [f"{comment}: the amount is it times {quoted(quantity)}", f"  amount: {price}"]
        return [*lines, f"{comment}; times what? Then: amount: {price}"]
    if name == "term_end" and (start := draft.theirs("term_start")):
        return [
            *lines,
            f"  # is each for a year? Then: term_end: {{from: {quoted(start)}, months: 12}}",
        ]
    if name in ("partner_id", "report_month"):
        how = "folder" if name == "partner_id" else "month"
        place = "a folder per partner" if name == "partner_id" else "files named by month"
        return [*lines, f"  # with {place}: {name}: {{path: {how}}}"]
    return lines


def folder_below(path: Path, name: str) -> str:
    """The folder below an entity's in which a file lies, as a partner's; else ""."""
    parts = path.absolute().parts
    return parts[parts.index(name) + 1] if name in parts[:-2] else ""


def _stand_in(draft: Proposal, name: str) -> str | None:
    """A column found for another id that can also serve for this one."""
    candidates = [theirs for other in STANDS_IN[name] if (theirs := draft.theirs(other))]
    if name == "line_id":
        return next((one for one in candidates if tells_rows_apart(draft.values(one))), None)
    return candidates[0] if candidates else None


def _line_id(draft: Proposal, theirs: str) -> tuple[str, list[str]]:
    """What identifies a line: its own column, or that column only together with an order's."""
    if tells_rows_apart(draft.values(theirs)):
        return f"from: {quoted(theirs)}", []
    for other in STANDS_IN["line_id"]:
        with_it = draft.theirs(other)
        if with_it and tells_rows_apart(
            [
                f"{a or ''}/{b or ''}"
                for a, b in zip(draft.values(with_it), draft.values(theirs), strict=True)
            ]
        ):
            comment = "  # its values repeat; only together do these tell rows apart"
            return f"join: [{quoted(with_it)}, {quoted(theirs)}]", [comment]
    comment = (
        "  # its values repeat, and of rows with one line_id in a month the last counts: join more"
    )
    return f"from: {quoted(theirs)}", [comment]


def quoted(text: str) -> str:
    """A text as a YAML scalar on one line, whatever it holds."""
    plain = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)
    return " ".join(plain.split("\n")[0].split("\r"))
