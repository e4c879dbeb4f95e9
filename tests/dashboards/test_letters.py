"""Letters: every figure is its row's, nobody else is named, and refused letters are named.

Belongs here: dashboards.letters over the demonstration run. Does not: the PDF compiler itself.
"""

from __future__ import annotations

import re
import shutil
from datetime import date

import duckdb
import pytest

from dashboards.data import Tables
from dashboards.letters import write_letters
from dashboards.letters.checks import faults
from dashboards.letters.reading import read_letter
from dashboards.letters.write import LettersError, letter_name
from scoring.bundle.others import Others
from tests.conftest import DEMO_YEAR
from tests.dashboards.reading import read_page
from tests.dashboards.test_figures import wrong_figures


@pytest.fixture(scope="module")
def con(demo_run):
    connection = duckdb.connect(str(demo_run.serving), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def letters(con, tmp_path_factory):
    """The folder of the demonstration's letters and the report on them."""
    folder = tmp_path_factory.mktemp("letters")
    return folder, write_letters(con, DEMO_YEAR, folder)


def test_everybody_in_the_ledger_has_a_letter_and_a_pdf(con, letters):
    folder, report = letters
    expected = con.execute(
        "select distinct partner_id from marts.fct_program_compliance where period = ? order by 1",
        [str(DEMO_YEAR)],
    ).fetchall()
    assert [(partner,) for partner in report.written] == expected
    assert report.refused == []
    assert sorted(p.stem for p in folder.glob("*.pdf")) == [
        f"{partner}-{DEMO_YEAR}" for partner in report.written
    ]
    assert all(p.read_bytes().startswith(b"%PDF") for p in folder.glob("*.pdf"))


def test_every_figure_is_what_its_table_says(con, letters):
    pages = {path.name: read_page(path) for path in sorted(letters[0].glob("*.html"))}
    assert sum(len(page.figures) for page in pages.values()) > 5_000
    assert wrong_figures(con, pages) == []


def test_nobody_else_is_named_and_a_blocked_deal_shows_clause_and_instant_only(con, letters):
    blocked = con.execute(
        """select deals.partner_id, deals.registration_id, deals.blocked_by,
            min(rivals.rival_submitted_at), rival.partner_id, rival.end_customer_id
        from marts.fct_deal_registrations as deals
        inner join intermediate.int_deals__rivals as rivals
            on rivals.registration_id = deals.registration_id and rivals.verdict = 'blocks'
        inner join marts.fct_deal_registrations as rival
            on rival.registration_id = deals.blocked_by
        group by all order by all"""
    ).fetchall()
    assert blocked
    for partner, registration, rival, instant, other, customer in blocked:
        html = (letters[0] / letter_name(partner, DEMO_YEAR)).read_text("utf-8")
        [line] = [row for row in html.splitlines() if f">{registration}</data>" in row]
        assert "DEAL-NOT-TAKEN" in line and str(instant) in line
        assert rival not in html and other not in html and customer not in html
    for partner in letters[1].written:
        others = Others.of(con, partner)
        page = read_letter((letters[0] / letter_name(partner, DEMO_YEAR)).read_text("utf-8"))
        shown = [each.shown for each in page.figures if not each.table.startswith("policy.")]
        assert not [text for text in shown if others.named_in(text)]


KEYS = re.compile(r"\b[a-z]+_[a-z_]+\b|\(1 yes, 0 no\)|(?<![\d.])\b1 more\b(?! rows?)")
DELIVERED = re.compile(r"\"[^\"]*\"|'[^']*'|[\w-]+/[\w/.-]+")


def test_a_letter_says_things_in_words_and_each_clause_after_its_words(letters):
    bare = re.compile(r"(?:: |, |; )<cite")
    for partner in letters[1].written:
        html = (letters[0] / letter_name(partner, DEMO_YEAR)).read_text("utf-8")
        texts = [block.get("text", "") for block in read_letter(html).blocks]
        for block in read_letter(html).blocks:
            texts += block.get("items", []) + [
                cell for row in block.get("rows", []) for cell in row
            ]
        keys_of_texts = [KEYS.findall(DELIVERED.sub(" ", text)) for text in texts]
        assert not [keys for keys in keys_of_texts if keys], partner
        assert not bare.search(" ".join(html.split())), partner


def test_what_is_undecided_is_no_reason_for_non_compliance(con, letters):
    undecided = con.execute(
        """select distinct partner_id from marts.fct_program_compliance as standings
        inner join marts.fct_requirement_results as results using (period, partner_id, program)
        where period = ? and standings.status = 'non_compliant' and results.strength = 'must'
            and results.status in ('no_evidence', 'needs_review')""",
        [str(DEMO_YEAR)],
    ).fetchall()
    assert undecided
    for (partner,) in undecided:
        text = (letters[0] / letter_name(partner, DEMO_YEAR)).read_text("utf-8")
        text = " ".join(re.sub("<[^>]*>", "", text).split())
        reasons = re.findall(r"you are non-compliant for [0-9]+: (.*?)\. (Undecided there)?", text)
        assert any(besides for _, besides in reasons), partner
        for why, _ in reasons:
            assert "nothing that was delivered" not in why and "has to judge" not in why, partner


def test_the_same_data_give_the_same_bytes(con, letters, tmp_path):
    write_letters(con, DEMO_YEAR, tmp_path)
    first = {path.name: path.read_bytes() for path in letters[0].iterdir()}
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def figure(key="partner_id=P-0001", value="P-0001", shown="P-0001", **parts):
    bound = {"table": "marts.dim_partners", "column": "partner_id"} | parts
    return (
        f'<data data-table="{bound["table"]}" data-key="{key}" data-column="{bound["column"]}"'
        f' data-value="{value}">{shown}</data>'
    )


ARR = {"table": "marts.fct_arr_by_partner_year", "column": "sum(arr_usd)"}
FAULTS = [
    # what the letter says, and why it may not go
    ("You owe 3 reports.", "unbound figure in 'Hello. You owe 3 reports.'"),
    ("<data>12</data>", "unbound figure '12': it names no table"),
    (figure(column="partner_id; drop table x"), "names no table, key, column"),
    (figure(table="marts.no_such"), "no such row"),
    (figure(column="no_such"), "no such row"),
    (figure(value="P-0009"), "stale figure 'P-0009'"),
    (figure(key="partner_id=nobody"), "no such row"),
    (figure(shown="P-0002"), "shown as 'P-0002'"),
    (figure(key="partner_id=P-0002", value="P-0002", shown="P-0002"), "not of this partner's own"),
    (figure(key="", **ARR, value="1"), "stale figure"),
    ('<cite data-clause="NO-SUCH">NO-SUCH</cite>', "clause NO-SUCH is not in force"),
    ("<cite>TIER-ANNUAL</cite>", "clause (no id) is not in force"),
    ("Ask P-0002 about it.", "names another partner"),
]


@pytest.mark.parametrize(("sentence", "why"), FAULTS)
def test_what_may_not_be_said_is_refused(con, sentence, why):
    letter = read_letter(f"<p>Hello. {sentence}</p>")
    wrong = faults(Tables(con), {"P-0001": letter}, date(DEMO_YEAR, 12, 31))
    assert why in "; ".join(wrong["P-0001"])


FINE = [
    figure(),
    '<cite data-clause="TIER-ANNUAL">TIER-ANNUAL</cite>',
    "No figure at all.",
]


@pytest.mark.parametrize("sentence", FINE)
def test_what_is_bound_may_go(con, sentence):
    letter = read_letter(f"<p>{sentence}</p>")
    assert faults(Tables(con), {"P-0001": letter}, date(DEMO_YEAR, 12, 31)) == {}


def test_a_registration_taken_over_is_the_successors_own_and_nobody_elses(con):
    taken = con.execute(
        """select deals.registration_id, deals.holder_id, partners.name
        from intermediate.int_deals__registrations as deals
        inner join marts.dim_partners as partners on partners.partner_id = deals.named_id
        where deals.holder_id <> deals.named_id order by all"""
    ).fetchall()
    assert taken
    for registration, successor, acquired in taken:
        shown = figure(
            table="marts.fct_deal_registrations",
            key=f"registration_id={registration}",
            column="registration_id",
            value=registration,
            shown=registration,
        )
        letter = read_letter(f"<p>{shown} of {acquired}</p>")
        wrong = faults(Tables(con), {successor: letter, "P-0001": letter}, date(DEMO_YEAR, 12, 31))
        assert list(wrong) == ["P-0001"]
        assert f"names another partner: {registration!r}" in wrong["P-0001"]


def test_a_clause_overruled_since_is_no_longer_in_force(con):
    clause, since = con.execute(
        """select earlier.ruled_by, later.effective_from from policy.conflicts as earlier
        inner join policy.conflicts as later on later.conflict = earlier.conflict
            and later.effective_from > earlier.effective_from
            and later.ruled_by <> earlier.ruled_by"""
    ).fetchone()
    letter = read_letter(f'<cite data-clause="{clause}">{clause}</cite>')
    before = faults(Tables(con), {"P-0001": letter}, date(since.year - 1, 12, 31))
    after = faults(Tables(con), {"P-0001": letter}, since)
    assert before == {}
    assert after == {"P-0001": [f"clause {clause} is not in force on {since}"]}


def test_a_refused_letter_is_named_taken_away_and_the_others_are_written(con, letters, tmp_path):
    shutil.copytree(letters[0], tmp_path / "out")
    (tmp_path / "letter.html").write_text(
        "<h1>Letter to {{ partner.partner_id }}</h1>"
        '{% if partner.raw.partner_id == "P-0001" %}<p>Only 3 days left.</p>{% endif %}'
        '{% if partner.raw.partner_id == "P-0002" %}<p>{{ partner.no_such }}</p>{% endif %}',
        "utf-8",
    )
    report = write_letters(con, DEMO_YEAR, tmp_path / "out", tmp_path)
    reasons = {refusal.partner_id: refusal.reasons for refusal in report.refused}
    assert list(reasons) == ["P-0001", "P-0002"]
    assert reasons["P-0001"] == ["unbound figure in 'Only 3 days left.'"]
    assert "no_such" in reasons["P-0002"][0]
    assert not (tmp_path / f"out/P-0001-{DEMO_YEAR}.html").exists()
    assert not (tmp_path / f"out/P-0001-{DEMO_YEAR}.pdf").exists()
    assert "Letter to" in (tmp_path / f"out/P-0003-{DEMO_YEAR}.html").read_text("utf-8")


def test_markup_in_a_name_is_text_on_the_page_and_on_paper(con, demo_run, tmp_path):
    shutil.copyfile(demo_run.serving, tmp_path / "copy.duckdb")
    odd = '<script>alert()</script>{{ no.such }} #panic("x") *日*'
    raw = "<h1>{{ partner.name }}</h1><p>Dear {{ partner.raw.name }}</p>"
    (tmp_path / "letter.html").write_text(raw, "utf-8")
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as changed:
        changed.execute("set timezone = 'UTC'")
        changed.execute("update marts.dim_partners set name = ? where partner_id = 'P-0001'", [odd])
        changed.execute("delete from marts.fct_program_compliance where partner_id > 'P-0003'")
        report = write_letters(changed, DEMO_YEAR, tmp_path / "out")
        write_letters(changed, DEMO_YEAR, tmp_path / "raw", tmp_path)
    assert report.written == ["P-0001", "P-0002", "P-0003"]
    assert report.code_points == ["U+65E5"]
    for folder in ("out", "raw"):
        html = (tmp_path / folder / f"P-0001-{DEMO_YEAR}.html").read_text("utf-8")
        assert "<script>" not in html and "{{ no.such }}" in html
        title = next(b["text"] for b in read_letter(html).blocks if b["kind"] == "h1")
        assert title.startswith(odd)
    assert read_letter(html).blocks[1]["text"] == f"Dear {odd}"


def test_a_year_without_a_ledger_is_said(con, tmp_path):
    with pytest.raises(LettersError, match="nobody was in a program at the end of 1999"):
        write_letters(con, 1999, tmp_path)
