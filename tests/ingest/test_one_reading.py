"""One text, one answer: whatever a file's format and size, a value is read the same or refused.

The usage feed has two readers: expressions over frames for small files, SQL for parquet and for
big csv files. Both are held equal here over generated texts, and files of every format over a
list of the ways in which people and programs write values.
"""

import io
import json

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.judging.judge import with_zone
from ingest.judging.literals import blank_to_null, literal
from ingest.usage import csv_feed
from ingest.usage.values import SPEC, column_sql
from tests.ingest.zone import Zone

ZONE = "America/Los_Angeles"
DIGITS = st.integers(0, 99).map("{:02d}".format)
YEARS = st.sampled_from(("2025", "2024", "1999", "9999", "0001", "0000", "1969"))
MOMENT = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(("", "", " ", "\xa0", "\t")),
        YEARS,
        st.sampled_from(("-", "-", "-", "/")),
        st.integers(0, 13).map("{:02d}".format),
        st.just("-"),
        st.integers(0, 32).map("{:02d}".format),
        st.sampled_from(("T", "T", " ", "t", "")),
        st.integers(0, 25).map("{:02d}".format),
        st.just(":"),
        st.integers(0, 61).map("{:02d}".format),
        st.one_of(st.just(""), st.integers(0, 61).map(":{:02d}".format)),
        st.sampled_from(("", "", ".5", ",5", ".123456789", ".", ".000000001")),
        st.sampled_from(("", " ", "  ")),
        st.sampled_from(
            ("", "Z", "z", "+00:00", "-07:30", "+0530", "+05", "-24:00", "+5", "+23:59")
        ),
        st.sampled_from(("", " ", "\u3000")),
    ),
)
DAYS = st.dates().map(str)
TEXTS = st.text(st.characters(max_codepoint=0x3000, exclude_categories=["Cs"]), max_size=6)
IDS = st.builds(
    "{}{}{}{}".format,
    DIGITS,
    st.sampled_from(("", ".", ",", ".51")),
    st.sampled_from(("E+", "e+", "E", "E-")),
    DIGITS,
)
NUMBERS = st.from_regex(r"[ \xa0]?[+-]?0{0,3}[0-9]{0,20}(\.0)?[ \t]?", fullmatch=True)
WRITTEN = st.one_of(MOMENT, DAYS, TEXTS, IDS, NUMBERS)


ASKED = ("occurred_at", "app_id", "http_method", "response_code")


@pytest.fixture(scope="module")
def con():
    """A table of texts, and the SQL that reads each column prepared over it."""
    with duckdb.connect() as con:
        con.execute("create table written (place bigint, x varchar)")
        for column in ASKED:
            sql = column_sql({c.name: ("x", "VARCHAR") for c in SPEC.columns}, ZONE)[column]
            con.execute(f"prepare {column} as select {sql} from written order by place")
        yield con


def by_frame(texts: list[str], column: str) -> list[str | None]:
    declared = with_zone(SPEC, ZONE).column(column)
    frame = pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)})
    return frame.select(literal(declared, blank_to_null(pl.col("x"))).value.alias("x"))[
        "x"
    ].to_list()


def by_sql(con, texts: list[str], column: str) -> list[str | None]:
    con.execute("delete from written")
    con.execute(
        "insert into written select unnest($places), unnest($texts::varchar[])",
        {"places": list(range(len(texts))), "texts": texts},
    )
    rows = con.execute(f"execute {column}").fetchall()
    if column == "occurred_at":
        return [v and f"{v:%Y-%m-%d %H:%M:%S.%f}".zfill(26) for (v,) in rows]
    return [None if value is None else str(value) for (value,) in rows]


# One statement reads many texts: asked one by one, most of the time goes into planning.
@settings(max_examples=40, deadline=None)
@given(st.lists(WRITTEN, min_size=20, max_size=80))
@example(
    [
        "2025-03-01T24:00:00Z",
        "2025-03-01t09:30:00,5 z",
        "2025-03-01 09:30",
        "0000-12-31T23:00:00-05:00",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "2025-03-09T02:30:00",
        "\x85",
        "4.51E+14",
        "4,51E14",
        "a.b",
        "-0",
        "\u200b",
    ]
)
def test_sql_and_frames_read_one_text_alike(con, texts):
    for column in ASKED:
        readings = zip(texts, by_sql(con, texts, column), by_frame(texts, column), strict=True)
        assert [(text, a, b) for text, a, b in readings if a != b] == [], column


COLUMNS = [c.name for c in SPEC.columns]
GOOD = {
    "app_id": "A-1",
    "company_id": "C-1",
    "occurred_at": "2025-03-01T09:30:00Z",
    "http_method": "GET",
    "response_code": "200",
    "call_count": "1",
}
WAYS = [
    *[
        {"occurred_at": text}
        for text in (
            "2025-03-01T24:00:00Z",
            "2025-03-01T09:30:00,5Z",
            "2025-03-01t09:30:00z",
            "2025-03-01 09:30:00 +02:00",
            "2025-03-01T09:30:00.123456789Z",
            "2025-03-01",
            "2025-02-30T00:00:00Z",
            "2025-03-31T23:59:59.9999999Z",
            "\xa02025-03-01T09:30\xa0",
            "1740821400",
            "01/03/2025",
        )
    ],
    {"app_id": "4.51E+14"},
    {"app_id": "a\x01b"},
    {"app_id": "caf\xe9\x85"},
    {"http_method": "G\x7fT"},
    {"company_id": "\xa0"},
    {"response_code": "+0200"},
    {"response_code": "200.0"},
    {"call_count": "0"},
    {"call_count": "1e3"},
]


def delimited(row: dict) -> bytes:
    return (
        "\n".join([",".join(COLUMNS), ",".join(f'"{row[c]}"' for c in COLUMNS)]) + "\n"
    ).encode()


def parquet(row: dict) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({c: [row[c]] for c in COLUMNS}), out)
    return out.getvalue()


# Format and size -> a row as that file has it.
FILES = {
    "small.csv": delimited,
    "big.csv": delimited,
    "spoilt.csv": lambda row: delimited(row) + b"x\n",
    "rows.json": lambda row: json.dumps([row]).encode(),
    "rows.parquet": parquet,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> list[dict[str, list]]:
    """For each way of writing, the values from each kind of file; all files of one kind land at
    once."""
    results: list[dict[str, list]] = [{} for _ in WAYS]
    for name, written in FILES.items():
        zone = Zone(tmp_path_factory.mktemp(name))
        for number, change in enumerate(WAYS):
            # Of the two that name a row at most one is changed.
            row = {**GOOD, "app_id": f"A-{number}", "company_id": f"C-{number}", **change}
            zone.put(f"app_usage/usage_events/{number}-{name}", written(row))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(csv_feed, "BIG", 8 << 20 if name == "small.csv" else 0)
            zone.land()
        query = f"select app_id, company_id, {', '.join(COLUMNS)} from landing.usage_events"
        rows = zone.con.execute(query).fetchall()
        for number, of_files in enumerate(results):
            names = (f"A-{number}", f"C-{number}")
            of_files[name] = [
                row for app, company, *row in rows if names[0] == app or names[1] == company
            ]
        zone.con.close()
    return results


def test_some_ways_are_read_and_some_are_refused(answers):
    """Otherwise the agreement of the files below would mean nothing."""
    assert 5 < sum(bool(of_files["small.csv"]) for of_files in answers) < len(WAYS) - 5


@pytest.mark.parametrize("number", range(len(WAYS)), ids=[str(way) for way in WAYS])
def test_every_format_and_size_gives_one_answer(answers, number):
    of_files = answers[number]
    assert len({str(rows) for rows in of_files.values()}) == 1, of_files
