"""The values of the usage feed as SQL, which reads text as ingest.judging.literals does.

Belongs here: one column of a file as one column of the contract, and what makes a row good. Does
not: scanning files (feed.py, csv_feed.py) or what is summed (parts.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.judging.clock import clock_of
from ingest.judging.contract import Column, entity
from ingest.judging.literals import BLANKS, DAY, MOMENT, SHORTENED, UNSHOWN
from ingest.judging.possible import first_day, most_calls
from ingest.usage.dialects import DUCKDB, DuckDB, quoted

SPEC = entity("usage_events")
WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
SMALL = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
NANOSECONDS = ("TIMESTAMP_NS", "TIMESTAMPTZ_NS")
MOMENTS = (
    *NANOSECONDS,
    "TIMESTAMP",
    "TIMESTAMP_S",
    "TIMESTAMP_MS",
    "TIMESTAMP WITH TIME ZONE",
    "DATE",
)
# The commonest way of writing a moment, which DuckDB's own cast reads as the contract does.
PLAIN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z?$"
# The mark of a text column in which some value has blanks at its ends, so it can't be used as
# stored.
UNTRIMMED = "VARCHAR, untrimmed"
SAYS = f"[^{BLANKS}]"
DAY_IN_TEXT = DAY.strip("^$")


def exact_path(path: str) -> str:
    """A path as an SQL literal in which no character is a wildcard."""
    return quoted("".join(f"[{c}]" if c in "*?[" else c for c in path))


def name_sql(name: str) -> str:
    """A column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def _text_sql(column: str, kind: str, name: str, dialect: DuckDB) -> str:
    value = f"try(decode({column}))" if kind == "BLOB" else f"cast({column} as string)"
    return f"case when {_is_text(value, name, dialect)} then {trimmed(value, dialect)} end"


def _is_text(value: str, name: str, dialect: DuckDB) -> str:
    """SQL that is true where a text is one of the contract's (ingest.judging.literals).

    Nearly all texts are plain ASCII without a control character, plus or point: only others are
    looked at closely, since DuckDB tests a pattern once per row and a comparison once per word.
    """
    # Some blanks are also unprintable; at an end they are removed before anything is tested.
    bare = dialect.without_blanks(value)
    close = f"{dialect.matches(value, SAYS)} and not {dialect.matches(bare, UNSHOWN)}"
    if name.endswith("_id"):
        close += f" and not {dialect.matches(f'({trimmed(value, dialect)})', SHORTENED)}"
    return f"(case when {dialect.odd(value)} then {close} else trim({value}) <> '' end)"


def trimmed(value: str, dialect: DuckDB = DUCKDB) -> str:
    """SQL of a text without blanks at both ends, in every script's sense of a blank."""
    # A list of blanks makes trim ten times slower, so it is only used where there may be one.
    blank = dialect.without_blanks(value)
    return f"case when {dialect.odd(value)} then {blank} else trim({value}) end"


def _moment_sql(
    column: str, kind: str, zone: str, dialect: DuckDB, first: str = "0001-01-01"
) -> str:
    if kind == "VARCHAR":
        moment = _moment_of_text(column, zone, dialect)
    elif kind == "DATE":
        moment = f"({clock_of(zone).sql_begin(column)})"
    elif kind in NANOSECONDS:
        moment = dialect.whole_nanoseconds(column)
    elif kind == "TIMESTAMP WITH TIME ZONE":
        moment = dialect.zoned(column)
    else:
        moment = f"cast({column} as timestamp)"
    last = "timestamp '9999-12-31 23:59:59.999999'"
    return f"case when {moment} between timestamp '{first}' and {last} then {moment} end"


def _moment_of_text(column: str, zone: str, dialect: DuckDB) -> str:
    """SQL of the moment that a text states, as ingest.judging.literals reads it: without an offset
    it is UTC, and a day alone means its beginning in the program's zone."""
    text = f"({trimmed(column, dialect)})"
    # The zone has many changes, and each is compared with the day: if the text is a day and blanks,
    # the part of the column that looks like a day is that day, and is shorter SQL than `text`.
    day = f"try_cast(regexp_extract({column}, '{DAY_IN_TEXT}', 0) as timestamp)"
    start = clock_of(zone).sql_begin(day)
    plain = f"try_cast(left({column}, 19) as timestamp)"
    seconds = f"case when substr({text}, 17, 1) = ':' then substr({text}, 17, 3) else ':00' end"
    local = f"try_cast(left({text}, 10) || ' ' || substr({text}, 12, 5) || {seconds} as timestamp)"
    fraction = f"rpad(left(regexp_extract({text}, '[.,]([0-9]+)', 1), 6), 6, '0')"
    offset = f"replace(regexp_extract({text}, '[T t].*([+-][0-9:]+)$', 1), ':', '')"
    minutes = (
        f"coalesce(try_cast(substr({offset}, 2, 2) as bigint), 0) * 60"
        f" + coalesce(try_cast(substr({offset}, 4, 2) as bigint), 0)"
    )
    signed = f"case when left({offset}, 1) = '-' then -({minutes}) else {minutes} end"
    careful = dialect.shifted(local, f"cast({fraction} as bigint)", signed)
    return (
        f"case when {dialect.matches(column, PLAIN)} then {plain}"
        f" when {dialect.matches(text, DAY)} then {start}"
        f" when left({text}, 4) <> '0000' and {dialect.matches(text, MOMENT)}"
        f" then {careful} end"
    )


def _int_sql(column: str, kind: str, dialect: DuckDB) -> str:
    if kind == "VARCHAR":
        text = f"({trimmed(column, dialect)})"
        plain = dialect.matches(text, "^[+-]?[0-9]+$")
        usual = dialect.matches(column, "^[0-9]{1,18}$")
        number = f"cast({column} as bigint)"
        return f"case when {usual} then {number} when {plain} then try_cast({text} as bigint) end"
    if kind in WHOLE:
        return f"try_cast({column} as bigint)"
    return f"case when {column} = {dialect.floor(column)} then try_cast({column} as bigint) end"


def readable(kind: str, stored: str) -> bool:
    """Whether values stored as this SQL type can express what the declared kind needs."""
    if kind == "text":
        return stored in (*WHOLE, "VARCHAR", "UUID", "BLOB", UNTRIMMED)
    if kind == "timestamp":
        return stored in (*MOMENTS, "VARCHAR")
    return stored in (*WHOLE, "VARCHAR", "DOUBLE", "FLOAT") or stored.startswith("DECIMAL")


def column_sql(
    columns: Mapping[str, tuple[str, str]],
    zone: str,
    clean: bool = False,
    dialect: DuckDB = DUCKDB,
) -> dict[str, str]:
    """Declared column -> SQL that gives its value, null where the file's value does not fit.

    `zone`: the program's, in which a day without a time begins.

    `clean` says that every selected row is known to be good, so that nothing needs a test: a text
    then stays as the file encodes it, and is hashed once per distinct word.
    """
    plain = {"text": "VARCHAR", "timestamp": "TIMESTAMP", "int": "BIGINT"}
    expressions = {}
    for c in SPEC.columns:
        name, stored = name_sql(columns[c.name][0]), columns[c.name][1]
        if clean and stored == plain[c.kind]:
            expressions[c.name] = name
        elif clean and c.kind == "int" and stored in SMALL:
            expressions[c.name] = f"cast({name} as bigint)"
        else:
            expressions[c.name] = _value_sql(c, name, stored, zone, dialect)
    return expressions


def _value_sql(column: Column, name: str, stored: str, zone: str, dialect: DuckDB) -> str:
    if column.kind == "text":
        return _text_sql(name, stored, column.name, dialect)
    if column.kind == "timestamp":
        return _moment_sql(name, stored, zone, dialect)
    return _int_sql(name, stored, dialect)


def _filled(column: Column, name: str, stored: str, zone: str, dialect: DuckDB) -> str:
    """SQL that is true where a column's value fits; for texts it runs once per distinct word."""
    if column.kind == "text" and stored in ("VARCHAR", UNTRIMMED):
        return _is_text(name, column.name, dialect)
    if column.kind == "int" and stored in SMALL:
        return f"{name} is not null"
    if column.kind == "timestamp":
        return f"({_moment_sql(name, stored, zone, dialect, first_day())}) is not null"
    return f"({_value_sql(column, name, stored, zone, dialect)}) is not null"


def validity(columns: Mapping[str, tuple[str, str]], zone: str, dialect: DuckDB = DUCKDB) -> str:
    """SQL that is true for a good row and for no other; semantics 4, call_count, and
    possible_values.yaml."""
    filled = [
        _filled(c, name_sql(columns[c.name][0]), columns[c.name][1], zone, dialect)
        for c in SPEC.columns
    ]
    calls = column_sql(columns, zone, dialect=dialect)["call_count"]
    return f"({' and '.join(filled)} and ({calls}) between 1 and {most_calls()}) is true"
