"""Every line of the demonstration that another ended says so, from the line to the proof.

Belongs here: all cut lines. Does not: which line ends which (tests/transforms).
"""

from __future__ import annotations

import pytest

from scoring.explain import NothingToExplainError, explain
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
    proofs, held = {}, 0
    for line in cut:
        assert line["ended_by_file"]
        assert line["counts_to"] is None or line["counts_to"] >= line["term_start"]
        key = line["partner_id"], line["cut_in"]
        if key not in proofs:
            try:
                proofs[key] = explain(demo_con, *key, "reseller")
            except NothingToExplainError:
                proofs[key] = None
        proof = proofs[key]
        judged = proof and [c for c in proof.criteria if c.metric == "arr_usd"]
        if not judged or judged[0].status == "not_applicable":
            continue
        held += 1
        rows = {place(e.file, e.row, e.cell): e.detail for e in judged[0].evidence}
        own = rows[place(line["_file"], line["_row"], line["_cell"])]
        by = place(line["ended_by_file"], line["ended_by_row"], line["ended_by_cell"])
        assert f"ended by {line['ended_by_type']} line {line['ended_by_line']} ({by})" in own
        assert by in rows
    assert held > 20


@pytest.mark.parametrize("standing", ["trial", "one_off", "superseded"])
def test_what_never_recurs_is_in_the_demonstration(demo_con, standing: str) -> None:
    found = fetch(
        demo_con,
        "select * from intermediate.int_arr__lines where standing = $standing",
        standing=standing,
    )
    assert found
    assert all(row["counts_from"] is None and row["arr_usd"] == 0 for row in found)
