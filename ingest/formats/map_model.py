"""A column map: what a foreign layout looks like and how its columns become ours.

Belongs here: the form of a map's YAML. Does not: which maps there are (map_store.py), or applying
one (column_maps.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.formats.safe_yaml import load_yaml
from ingest.judging.contract import Entity, entity
from ingest.judging.headers import fold

MAPS_FOLDER = Path(__file__).with_name("maps")
MOST_TOLD = 5
MOST_MONTHS = 1200


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ColumnRule(_Strict):
    """Where one column of ours comes from: one of `from`, `join`, `constant`, `path`.

    from: their column, or several of which the first filled one counts. join: the filled ones of
    several columns with `/` between them, where only together they identify rows. only_where: the
    value counts only in rows where each named column has one of these texts, and is empty
    elsewhere. format: the one date format (`strptime`, or `epoch_ms`); moment: the text is a moment
    in UTC, and its day in the program's zone is used. day_before: the day given is the first one
    after the term. values: their text -> ours; otherwise: ours for any other filled or empty text.
    divide_by: exact division of a number, e.g. cents by 100. times: their columns by which a number
    is multiplied, e.g. a price by its quantity. per: the amount is a price per month, quarter or
    year, so that the contract value is the price times the term. open_ended (of term_end): where no
    end is given the subscription runs in steps of a month or a year until a later line ends it; the
    amount is that of one step unless `per` says otherwise. months (of term_end): the day given is
    the first of a term of this many months, a number or their column with it. path: `folder` (the
    folder below the entity's), `month` (YYYY-MM in the file's name), `received` (the day it came
    in). salesforce_id: an id of 15 characters lands in its form of 18, which names the same record.
    """

    from_: str | tuple[str, ...] | None = Field(None, alias="from")
    join: tuple[str, ...] = ()
    constant: str | None = None
    path: Literal["folder", "month", "received"] | None = None
    only_where: Mapping[str, tuple[str, ...]] = {}
    format: str | None = None
    moment: bool = False
    day_before: bool = False
    salesforce_id: bool = False
    values: Mapping[str, str] = {}
    otherwise: str | None = None
    divide_by: int | None = Field(None, gt=0)
    times: tuple[str, ...] = ()
    per: Literal["month", "quarter", "year"] | None = None
    open_ended: Literal["monthly", "yearly"] | None = None
    months: int | str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnRule:
        origins = [self.from_, self.join or None, self.constant, self.path]
        if sum(one is not None for one in origins) != 1:
            raise ValueError("a column needs exactly one of from, join, constant, path")
        reckons = self.times or self.per or self.open_ended or self.months is not None
        if reckons and self.from_ is None:
            raise ValueError("times, per, months and open_ended belong to a column with from")
        if isinstance(self.months, int) and not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"months is from 1 to {MOST_MONTHS}")
        return self

    @property
    def origins(self) -> tuple[str, ...]:
        """Their columns, in the order in which they count."""
        if self.from_ is None:
            return self.join
        return (self.from_,) if isinstance(self.from_, str) else self.from_

    @property
    def names(self) -> tuple[str, ...]:
        """Every column of theirs from which the value is made."""
        months = (self.months,) if isinstance(self.months, str) else ()
        return (*self.origins, *self.times, *months)


class RowStep(_Strict):
    """One step over all rows, in the order given; a row that is left out does not count.

    drop / keep: rows in which every named column has one of these texts (ignoring case). latest: of
    the rows equal in `of`, only the one that is last by the columns `by`; history is not summed.
    absorbed: rows whose `id` another row lists in `ids` (records merged into it).
    """

    drop: Mapping[str, tuple[str, ...]] | None = None
    keep: Mapping[str, tuple[str, ...]] | None = None
    latest: Latest | None = None
    absorbed: Absorbed | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> RowStep:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("a step is exactly one of drop, keep, latest, absorbed")
        return self


class Latest(_Strict):
    """Which of several versions of one thing counts."""

    of: tuple[str, ...]
    by: tuple[str, ...]


class Absorbed(_Strict):
    """How to recognise a merged record: the survivor lists its old ids, separated by `;` or `,`."""

    id: str
    ids: str


class Product(_Strict):
    """Published arithmetic that the file should satisfy: result = product, rounded down to
    places."""

    result: str
    factors: tuple[str, ...]
    places: int


class ColumnMap(_Strict):
    """One foreign layout. A file uses it when it is in the entity's folder (or has its name) and
    its header has every column of `header`; of several, the one with the longest `header`.

    folders: the map is only for files in these folders below the entity's, as a reseller's; without
    them it is for any file. encoding: used when the file is not UTF-8 or UTF-16. decimal, group:
    the locale of numbers. signs: texts beside a number that are no part of it, as `$`. negative:
    numbers in brackets, or with a minus behind them, are below zero. footer: patterns, one of which
    occurs in the lines after the table. total: a pattern whose group is the number of rows that the
    footer promises. fill_down: grouping columns that are empty on repeated rows, filled only where
    they lead the header.
    """

    id: str
    title: str
    entity: str
    header: tuple[str, ...] = Field(min_length=1)
    columns: Mapping[str, ColumnRule]
    rows: tuple[RowStep, ...] = ()
    folders: tuple[str, ...] = ()
    encoding: str | None = None
    decimal: str = "."
    group: str | None = None
    signs: tuple[str, ...] = ()
    negative: Literal["brackets", "behind"] | None = None
    footer: tuple[str, ...] = ()
    total: str | None = None
    fill_down: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known_columns(self) -> ColumnMap:
        spec = entity(self.entity)
        unknown = sorted(set(self.columns) - {c.name for c in spec.columns})
        missing = sorted(set(spec.required) - set(self.columns))
        if unknown or missing:
            messages = [f"{self.entity} has no column {', '.join(unknown)}"] if unknown else []
            messages += [f"{self.entity} needs {', '.join(missing)}"] if missing else []
            raise ValueError("; ".join(messages))
        for name, rule in self.columns.items():
            _check_term(rule, name, spec)
        if odd := [sign for sign in self.signs if not is_sign(sign)]:
            raise ValueError(f"signs: {odd[0]!r} is a part of numbers, or nothing")
        return self

    def fits(self, folded_header: Collection[str], folder: str = "") -> bool:
        """Whether a header (folded names) has every column that identifies this layout, and the map
        is for files of this folder."""
        is_here = not self.folders or folder in self.folders
        return is_here and all(fold(name) in folded_header for name in self.header)


RowStep.model_rebuild()


def is_sign(text: str) -> bool:
    """Whether a text can stand beside a number without being a part of it: without digits, signs of
    plus and minus, and brackets."""
    return bool(text.strip()) and not set(text) & set("0123456789+-()\u2212\u2013\u2012\u2014")


def _check_term(rule: ColumnRule, name: str, spec: Entity) -> None:
    """Check that `per`, `times` and `open_ended` are used only where they can be computed."""
    kind = spec.column(name).kind
    has_term = {"term_start", "term_end"} <= {c.name for c in spec.columns}
    if rule.times and kind not in ("money", "decimal"):
        raise ValueError(f"{name}: times belongs to an amount")
    if rule.per and not (has_term and kind == "money"):
        raise ValueError(f"{name}: per belongs to the amount of an entity with a term")
    if rule.months is not None and name != "term_end":
        raise ValueError(f"{name}: months belongs to term_end")
    if rule.open_ended and name != "term_end":
        raise ValueError(f"{name}: open_ended belongs to term_end")


def parse_map(text: str) -> ColumnMap:
    """The map in a YAML text; ValueError says in one line what is wrong with it."""
    document = load_yaml(text)
    if not isinstance(document, dict):
        raise ValueError("it is not a mapping of id, title, entity, header and columns")
    try:
        return ColumnMap.model_validate(document)
    except ValidationError as error:
        messages = [_message(one) for one in error.errors(include_url=False, include_input=False)]
        raise ValueError("; ".join(messages[:MOST_TOLD])) from error
    except KeyError as error:
        raise ValueError(str(error.args[0])) from error


def _message(error: Any) -> str:
    """One thing that is wrong, with its place in the map."""
    place = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
