"""Every line of the demonstration that another ended says so, from the line to the proof.

Belongs here: all cut lines. Does not: which line ends which (tests/transforms).
"""

from __future__ import annotations

import pytest

from scoring.explain import explain
from scoring.rows import fetch

# Lines that were ended before their own term, in the year in which that happened.
CUT = """
    select lines.*, year(coalesce(lines.counts_to + 1, lines.term_start)) as cut_in
    from intermediate.int_arr__lines as lines
    inner join run.parameters as run on true
    where lines.ended_by_number is not null
        and coalesce(lines.counts_to < lines.term_end, true)
        and year(coalesce(lines.counts_to + 1, lines.term_start)) <= run.year
    order by lines.partner_id, lines.line_number
"""


def place(file: str, row: int | None, cell: str | None) -> str:
    return f"{file} {cell or f'row {row}'}"


def test_every_cut_line_names_the_row_that_ended_it(demo_con) -> None:
    cut = fetch(demo_con, CUT)
    kinds = {row["ended_by_type"] for row in cut}
    assert kinds >= {"renewal", "cancellation"}
    proofs = {}
    for line in cut:
        assert line["ended_by_file"]
        assert line["counts_to"] is None or line["counts_to"] >= line["term_start"]
        key = line["partner_id"], line["cut_in"]
        if key not in proofs:
            proofs[key] = explain(demo_con, *key, "reseller")
        (judged,) = [c for c in proofs[key].criteria if c.metric == "arr_usd"]
        # A line that was ended may have ended another one itself.
        rows: dict[str, list[str]] = {}
        for row in judged.evidence:
            rows.setdefault(place(row.file, row.row, row.cell), []).append(row.detail)
        own = rows[place(line["_file"], line["_row"], line["_cell"])]
        by = place(line["ended_by_file"], line["ended_by_row"], line["ended_by_cell"])
        ending = f"ended by {line['ended_by_type']} line {line['ended_by_line']} ({by})"
        assert any(ending in detail for detail in own)
        assert by in rows
    assert len(cut) > 30


@pytest.mark.parametrize("standing", ["trial", "one_off", "superseded"])
def test_what_never_recurs_is_in_the_demonstration(demo_con, standing: str) -> None:
    lines = fetch(
        demo_con,
        "select * from intermediate.int_arr__lines where standing = $standing",
        standing=standing,
    )
    assert lines
    assert all(row["counts_from"] is None and row["arr_usd"] == 0 for row in lines)
