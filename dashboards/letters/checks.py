"""Whether a letter may be sent: figures equal their rows, clauses are in force, no other names.

Belongs here: reasons to refuse a letter. Does not: writing or wording one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from dashboards.data import Tables
from dashboards.figures import raw, read_key
from dashboards.letters.bound import FORMATS, YES_NO
from dashboards.letters.reading import Figure, LetterRead
from scoring.bundle.others import (
    PARTNER_TERMS,
    Everybody,
    Others,
    Place,
    policy_words,
    with_taken_over,
    words_of,
)
from scoring.words import NUMBERS

Faults = dict[str, list[str]]
# Ids of the policy with their names for people, and tokens with the people they stand for.
Names = Collection[tuple[str, str]]
TABLE = re.compile(r"[a-z_]+\.[a-z_]+")
NAME = re.compile(r"[a-z_][a-z0-9_]*")
AGGREGATE = re.compile(r"(?:min|max|sum|count)\((?:\*|[a-z_][a-z0-9_]*)\)")
NUMBER = re.compile(r"(−?)\$?(\d[\d,]*(?:\.\d+)?)( %)?")
# For tables without partner_id: the key column that shows whose a row is, and the table that says
# so.
OWNERS = {
    "registration_id": "(select registration_id, holder_id as partner_id"
    " from intermediate.int_deals__registrations)",
    "app_id": "(select app_id, partner_id from intermediate.int_apps__owners, run.parameters"
    " where coalesce(from_on <= as_of, true) and coalesce(to_on > as_of, true))",
    "referral_id": "staging.stg_partner_activity__referrals",
}
EVERYBODYS = ("policy", "run")
# How a text may be shown.
TEXTS = ("word", "sentence", "detail", "subject", "inner")
# In force on a day: stated by the set, with a value if it has parameters, and not overruled by a
# later clause.
IN_FORCE = """
    select clauses.clause from policy.clauses as clauses
    where not exists (
        select 1 from policy.parameters as stated
        where stated.clause = clauses.clause and not exists (
            select 1 from policy.parameter_values as dated
            where dated.parameter = stated.parameter and dated.effective_from <= $1
                and (dated.effective_to is null or dated.effective_to > $1)
        )
    ) and not exists (
        select 1 from policy.conflicts as later
        inner join policy.conflicts as earlier
            on earlier.conflict = later.conflict and earlier.effective_from < later.effective_from
        where earlier.ruled_by = clauses.clause and later.ruled_by <> clauses.clause
            and later.effective_from <= $1
    )
"""
OWN_TERMS = with_taken_over(f"""
    {PARTNER_TERMS}
    union all
    select partner_id, registration_id, 'id' from staging.stg_deal_registration__registrations
""")
# The page's own words count as naming nobody, whatever partners are called.
PAGE = Path(__file__).with_name("letter.html")


def faults(tables: Tables, letters: Mapping[str, LetterRead], day: date) -> Faults:
    """Partner id to every reason why its letter may not be sent; none for one that may.

    `day` is the day on which the clauses have to be in force.
    """
    reasons_of: Faults = defaultdict(list)
    in_force = {name for (name,) in tables.con.execute(IN_FORCE, [day]).fetchall()}
    answers = _answers(tables, letters)
    named = {
        (name, row["label"]) for name, row in (*tables.tiers.items(), *tables.programs.items())
    } | set(tables.named.items())
    owners = {
        column: dict(tables.con.execute(f"select {column}, partner_id from {table}").fetchall())
        for column, table in OWNERS.items()
    }
    terms = [row for row in tables.query(OWN_TERMS) if row["term"]]
    page = PAGE.read_text("utf-8")
    words = policy_words(tables.con) | frozenset(words_of(page))
    everybody = [(row["kind"], row["term"]) for row in terms]
    every = Everybody(everybody, words)
    outside = Everybody((one for one in everybody if one[1] not in page), words)
    own: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in terms:
        own[row["partner_id"]].append((row["kind"], row["term"]))
    for partner, letter in letters.items():
        reasons_of[partner] += _unbound(letter)
        for each in letter.figures:
            fault = _figure_fault(each, partner, answers, owners, named)
            reasons_of[partner] += [fault] if fault else []
        for name in dict.fromkeys(letter.clauses):
            if name not in in_force:
                reasons_of[partner].append(f"clause {name or '(no id)'} is not in force on {day}")
        reasons_of[partner] += _others_named(
            letter, Others(every, own[partner]), Others(outside, own[partner])
        )
    return {partner: reasons for partner, reasons in reasons_of.items() if reasons}


def _unbound(letter: LetterRead) -> list[str]:
    return [
        f"unbound figure in {' '.join(text.split())!r}"
        for text in letter.loose
        if any(c.isdigit() for c in text)
    ]


def _complete(each: Figure) -> bool:
    """Whether a query can be made from table, key and column."""
    if each.table is None or each.key is None or each.column is None or each.value is None:
        return False
    names = all(NAME.fullmatch(name) for name in read_key(each.key))
    column = NAME.fullmatch(each.column) or AGGREGATE.fullmatch(each.column)
    return bool(TABLE.fullmatch(each.table) and names and column)


Shape = tuple[str, tuple[str, ...], str]
Answers = dict[Shape, dict[tuple[str | None, ...], list[tuple[str, str | None]]]]


def _answers(tables: Tables, letters: Mapping[str, LetterRead]) -> Answers:
    """For each table, key columns and column: key to its values, each with its partner."""
    every = [each for letter in letters.values() for each in letter.figures if _complete(each)]
    shapes = sorted({_shape(each) for each in every})
    columns = tables.query(
        "select table_schema || '.' || table_name as name, column_name from "
        "information_schema.columns"
    )
    columns_of: dict[str, set[str]] = defaultdict(set)
    for row in columns:
        columns_of[row["name"]].add(row["column_name"])
    answers: Answers = {}
    for shape in shapes:
        table, keys, column = shape
        read: dict[tuple[str | None, ...], list[tuple[str, str | None]]] = defaultdict(list)
        answers[shape] = read
        inner = re.sub(r"^\w+\(|\)$", "", column)
        if not {*keys, *([] if inner == "*" else [inner])} <= columns_of[table]:
            continue
        owner = "partner_id" if "partner_id" in columns_of[table] else "null"
        listed = "".join(f', "{key}"' for key in keys)
        if AGGREGATE.fullmatch(column):
            grouped = f" group by {listed[2:]}" if keys else ""
            sql = f"select {column}, any_value({owner}){listed} from {table}{grouped}"
        else:
            sql = f'select "{column}", {owner}{listed} from {table}'
        for value, partner, *key in tables.con.execute(sql).fetchall():
            names = tuple(None if part is None else raw(part) for part in key)
            read[names].append((raw(value), partner))
    return answers


def _shape(each: Figure) -> Shape:
    return (each.table or "", tuple(read_key(each.key or "")), each.column or "")


def _figure_fault(
    each: Figure,
    partner: str,
    answers: Answers,
    owners: Mapping[str, Mapping[str, str]],
    named: Names,
) -> str | None:
    if not _complete(each):
        return f"unbound figure {each.shown!r}: it names no table, key, column and value"
    key = read_key(each.key or "")
    place = f"{each.table} {each.key} {each.column}"
    rows = answers[_shape(each)].get(tuple(key.values()), [])
    if [value for value, _ in rows] != [each.value]:
        now = ", ".join(value for value, _ in rows) or "no such row"
        return f"stale figure {each.value!r}: {place} says {now}"
    if not _shows(each, named):
        return f"figure {each.value!r} is shown as {each.shown!r} ({place})"
    whose = rows[0][1] or next(
        (owners[n].get(v or "") for n, v in key.items() if n in owners), None
    )
    schema = (each.table or "").partition(".")[0]
    if whose != partner and schema not in EVERYBODYS:
        return f"figure {each.value!r} is not of this partner's own row ({place})"
    return None


def _shows(each: Figure, named: Names) -> bool:
    """Whether the text states the value: as it is, in words, by its name in the policy, or rounded
    to the places it shows."""
    value, shown = each.value or "", each.shown
    if (value, shown) in named:
        return True
    yes_no = {"true": "yes", "false": "no"}.get(value)
    if shown in (value, yes_no) or any(shown == FORMATS[form](value) for form in TEXTS):
        return True
    if shown in YES_NO.values() and YES_NO.get(_number(value)) == shown:
        return True
    if shown in NUMBERS:
        return _number(value) == NUMBERS.index(shown)
    if shown in YES_NO.values():
        return False
    if shown == FORMATS["people"](None):
        return value == ""
    number = NUMBER.fullmatch(shown)
    if not number:
        return _shows_day(value, shown)
    near = Decimal(number[1].replace("−", "-") + number[2].replace(",", ""))
    exact = _number(value) * (100 if number[3] else 1)
    places = -int(near.as_tuple().exponent)
    return not exact.is_nan() and abs(exact - near) * 2 <= Decimal(1).scaleb(-places)


def _shows_day(value: str, shown: str) -> bool:
    """Whether the text is the day in words, or its month."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return shown in (FORMATS["day"](day), value[: len("2025-01")])


def _number(value: str) -> Decimal:
    """The value as a number; NaN if it is not one."""
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal("nan")


def _others_named(letter: LetterRead, every: Others, outside: Others) -> list[str]:
    """Each text that names another partner: figures are checked by their column, the page's own
    words for names that the page itself does not contain."""
    data = [each for each in letter.figures if not (each.table or "").startswith(EVERYBODYS)]
    named = [e.shown for e in data if every.named_in(e.shown, Place.of(e.column or ""))]
    named += [text for text in letter.loose if outside.named_in(text)]
    return [f"names another partner: {' '.join(text.split())!r}" for text in named]
