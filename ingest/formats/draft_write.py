"""A proposed column map as YAML: what was found, and the questions that only a person can answer.

Belongs here: lines of YAML and their comments. Does not: finding columns (draft.py), or what an
amount or an end means (draft_terms.py).
"""

from __future__ import annotations

import re

import yaml

from ingest.formats.draft_content import date_formats
from ingest.formats.draft_numbers import number_lines, zero_values
from ingest.formats.draft_proposal import Guess, Proposal
from ingest.formats.draft_sample import folder_below
from ingest.formats.draft_terms import (
    end_is_first_day_without,
    is_each,
    is_whole,
    months_across,
    period_of,
    tells_rows_apart,
    words_of,
)
from ingest.judging.contract import Column
from ingest.judging.headers import fold

# Which ids can serve where another has no column, the likeliest first.
STANDS_IN = {
    "line_id": ("subscription_id", "order_form_id"),
    "subscription_id": ("order_form_id", "line_id"),
}
DATED = ("date", "timestamp", "month")
WHOLE_TERM = (
    "  # taken for the value of the whole term; is it a price per month, quarter or",
    "  # year? Then add per: month, quarter or year",
)
MONTH = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])(?!\d)")


def write(draft: Proposal) -> str:
    """The proposal as YAML; questions are comments, so that a map with an open one that matters
    lacks a required column and does not load."""
    by_name = {guess.ours.name: guess for guess in draft.guesses}
    used = [guess.theirs for guess in draft.guesses]
    if "quantity" in by_name and "amount" not in by_name and draft.each:
        used.append(draft.each)
    prices = [draft.each] if "amount" not in by_name and draft.each else []
    unused = sorted(set(draft.contents) - set(used))
    header = used or list(draft.contents)
    money = [g.theirs for g in draft.guesses if g.ours.kind == "money"] + prices
    lines = [
        "# Proposed from the file's header and content: read every line and correct it. It is used",
        "# once it lies in the folder `maps` under PLUMBLINE_HOME (plumbline map FILE --save).",
        *_which_entity(draft),
        *_across(draft),
        f"id: {quoted(fold(draft.path.stem) or 'layout')}",
        f"title: {quoted(draft.path.stem)}",
        f"entity: {draft.spec.name}",
        "# The columns that tell this layout from others.",
        f"header: [{', '.join(map(quoted, header))}]",
        *number_lines([value for name in money for value in draft.contents[name].values]),
    ]
    columns: list[str] = []
    for column in draft.spec.columns:
        if column.name in by_name:
            columns += _column_lines(draft, by_name[column.name])
        elif not column.optional:
            columns += _missing(draft, column)
    is_empty = all(line.lstrip().startswith("#") for line in columns)
    lines += ["columns: {}" if is_empty else "columns:", *columns]
    names = ", ".join(map(quoted, unused))
    lines += [f"# kept beside the rows, in no column of ours: {names}"] if unused else []
    return "\n".join(lines) + "\n"


def _which_entity(draft: Proposal) -> list[str]:
    if not draft.others:
        return []
    names = ", ".join(draft.others)
    return [f"# Is it {draft.spec.name}? It could also be {names}: name it with --entity."]


def _across(draft: Proposal) -> list[str]:
    names = ", ".join(map(quoted, months_across(draft.contents)))
    remedy = "turn them into rows first (in Excel: Data, From Table, Unpivot Columns)"
    problem = f"# {names} are a column for each month, and a map reads one amount a row:"
    return [f"{problem} {remedy}."] if names else []


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
    if kind == "money" and (zeros := zero_values(content.values)):
        parts.append(zeros)
        lines.append("  # a dash is taken for 0, as in a spreadsheet's format for accounting")
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
        lines += WHOLE_TERM
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
