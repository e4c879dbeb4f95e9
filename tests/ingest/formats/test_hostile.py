"""Files made to harm: every one is refused with a reason, none is opened far enough to hurt."""

from __future__ import annotations

import io
import random
import time
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.formats import crossbeam, procore_installations
from ingest.formats.limits import limits
from ingest.formats.template import write_template
from ingest.judging.table import RawTable, ReadContext, Refused
from ingest.safe_text import safe_cell

from .books import filled, line, read, with_parts

SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return filled(tmp_path_factory.mktemp("book"), {"Subscriptions": [line()]})


def rule_of(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value.rule


def test_an_archive_that_explodes_is_not_opened(good: bytes) -> None:
    started = time.perf_counter()
    bomb = with_parts(good, {"xl/media/x.bin": bytes(90_000_000)})
    made = time.perf_counter()
    assert rule_of(bomb) == "size"
    assert time.perf_counter() - made < 1.0 + (made - started)


def test_an_archive_that_packs_well_enough_is_still_too_large(good: bytes) -> None:
    block = random.Random(1).randbytes(1_000) + bytes(20_000)
    members = {"a": block * 2_500, "b": block * 2_500}
    with pytest.raises(Refused, match=r"archive\.unpacked_bytes"):
        read(with_parts(good, members))


def test_a_bomb_of_many_members_is_not_opened(good: bytes) -> None:
    assert rule_of(with_parts(good, {f"x/{i}": b"" for i in range(600)})) == "size"


def test_a_member_larger_than_it_says_is_damaged_and_never_read_whole(good: bytes) -> None:
    data = bytearray(with_parts(good, {SHEET: b"<worksheet>" + b" " * 5_000_000}))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(SHEET.encode()))
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")  # the size in the archive's index
    assert rule_of(bytes(data)) == "unreadable"


def test_a_file_over_the_limit_is_not_opened() -> None:
    assert rule_of(b"PK" + bytes(limits("archive")["bytes"])) == "size"


def test_two_members_of_one_name_are_refused(good: bytes) -> None:
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning):
        archive.writestr(SHEET, b"<worksheet/>")
    assert rule_of(out.getvalue()) == "archive"


def test_an_encrypted_member_is_refused_with_its_reason(good: bytes) -> None:
    data = bytearray(good)
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert rule_of(bytes(data)) == "encrypted"


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;
</v></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_no_part_may_declare_entities(tmp_path: Path, part: str) -> None:
    write_template(tmp_path / "t.xlsx", "P-1", "2025-03")
    written = (tmp_path / "t.xlsx").read_bytes()
    assert part in zipfile.ZipFile(io.BytesIO(written)).namelist()
    assert rule_of(with_parts(written, {part: LAUGHS})) == "unreadable"


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "external_link"),
        ({"xl/vbaProject.bin": b"x"}, "macro"),
        ({"_rels/.rels": None}, "unreadable"),
        ({SHEET: None}, "unreadable"),
        ({SHEET: b"<worksheet><sheetData>"}, "unreadable"),
        ({SHEET: b'<worksheet><c r="A1:B" t="str"><v>x</v></c></worksheet>'}, "unreadable"),
        (
            {SHEET: b'<worksheet><row r="1"><c r="A1" t="s"><v>999</v></c></row></worksheet>'},
            "unreadable",
        ),
        ({SHEET: b'<worksheet><row r="1"><c r="XFD1"><v>1</v></c></row></worksheet>'}, "size"),
    ],
)
def test_an_archive_that_is_no_plain_workbook_is_refused(good, parts, rule) -> None:
    assert rule_of(with_parts(good, parts)) == rule


def test_a_sheet_named_outside_the_archive_is_not_followed(good: bytes) -> None:
    rels = "xl/_rels/workbook.xml.rels"
    bent = with_parts(
        good, {rels: lambda xml: xml.replace(b"/xl/worksheets/", b"../../../../etc/")}
    )
    assert rule_of(bent) == "unreadable"
    outside = with_parts(
        good,
        {rels: lambda xml: xml.replace(b"<Relationship ", b'<Relationship TargetMode="External" ')},
    )
    assert rule_of(outside) == "layout"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a b\n1\n", b"\xd0\xcf\x11\xe0old xls"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert rule_of(data) == "unreadable"
    assert rule_of(b"a,b\n1,2\n") == "format"


def test_many_merges_and_rows_are_no_trap(good: bytes) -> None:
    merges = b"".join(b'<mergeCell ref="A%d:B900000"/>' % i for i in range(3, 20_000))
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="str"><v>x</v></c></row>' % (i, i) for i in range(3, 20_000)
    )

    def change(xml: bytes) -> bytes:
        return xml.replace(
            b"</sheetData>", rows + b"</sheetData><mergeCells>" + merges + b"</mergeCells>"
        )

    started = time.perf_counter()
    table = read(with_parts(good, {SHEET: change}))["subscription_lines"]
    assert time.perf_counter() - started < 10
    assert len(table.broken) == 19_997
    assert len(table.rows) == 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(good: bytes, data) -> None:
    """A change of any byte, in the archive or inside a part, ends in tables or in Refused."""

    def bend(whole: bytes) -> bytes:
        bent = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(bent) - 1))
            bent[at] = data.draw(st.sampled_from(b'<>"=0159AZaz:/ \xff\x00'))
        return bytes(bent)

    part = data.draw(st.sampled_from([None, SHEET, "xl/workbook.xml", "xl/styles.xml"]))
    try:
        tables = read(bend(good) if part is None else with_parts(good, {part: bend}))
    except Refused as refused:
        assert refused.message
    else:
        assert all(isinstance(t, RawTable) for t in tables.values())


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("2025-02-30T1"),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["data", "items", "id", "app_uid", "status", "created_at", "event_id"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_page_or_refused(document) -> None:
    import json

    data = json.dumps(document).encode()
    for module, name in (
        (crossbeam, "account_mapping/crossbeam/signals_accounts.json"),
        (procore_installations, "app_usage/installations/C/1.json"),
    ):
        context = ReadContext("s", "e", name, datetime(2025, 1, 1))
        try:
            (table,) = module.read(Path(name), data, context)
        except Refused as refused:
            assert refused.message
            continue
        assert all(len(row) == len(table.header) for row in table.rows)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\r\n=1",
        "＝1",
        "|cmd",
        "%0A",
        "-",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_shown_instead(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")


@pytest.mark.parametrize("text", ["Acme", "-5", "+5.25", "-100.0001", "a=b", "x@y.com", "", "5%"])
def test_a_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_values_that_are_no_text_stay_and_unwritable_characters_go() -> None:
    assert [safe_cell(v) for v in (None, True, 5, 1.5)] == [None, True, 5, 1.5]
    assert safe_cell("\x00=1") == "\ufffd=1"
    assert safe_cell("a\x00b\ud800") == "a\ufffdb\ufffd"
    assert len(safe_cell("x" * 40_000)) == 32_767
