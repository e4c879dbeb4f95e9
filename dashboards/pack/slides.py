"""The answers of the pack as slides: one for each question, with its table and links to the site.

Belongs here: shapes on slides, and what keeps the file's bytes the same. Does not: what they say
(answers.py). Links lead to the pages in the same folder, since the site is passed on as a folder.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashboards.components import Headline, Page
from dashboards.pack.answers import Answer
from dashboards.pack.cells import plain

# A fixed moment: the same data, the same bytes.
CREATED = datetime(2000, 1, 1)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# The number of table rows that fit below the sentences.
ROWS = 6
WIDE, HIGH, EDGE = 13.333, 7.5, 0.6
INK, QUIET, ACCENT = "16202A", "4A5866", "004E8A"


def deck(first: Page, answers: Sequence[Answer], footer: str) -> bytes:
    """A deck of one opening slide with the headline figures of `first`, and one for each answer."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    title = plain(first.title)
    _opening(deck, title, first, answers, footer)
    for number, answer in enumerate(answers, start=2):
        _slide(deck, answer, footer, number)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "Plumbline", ""
    properties.created = properties.modified = CREATED
    properties.revision = 1
    written = io.BytesIO()
    deck.save(written)
    return _fixed(written.getvalue())


def _fixed(content: bytes) -> bytes:
    """The same parts in the same order without a clock: a zip notes when each was written."""
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as parts,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as to,
    ):
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            to.writestr(entry, parts.read(name))
    return fixed.getvalue()


def _opening(deck: Any, title: str, first: Page, answers: Sequence[Answer], footer: str) -> None:
    slide = _blank(deck, title, footer, 1)
    lead = [plain(each) for each in first.lead if 'class="note"' not in each]
    _text(slide, [(each, 18, False, None) for each in lead], 1.35, 0.9)
    cards = first.headlines
    width = (WIDE - 2 * EDGE - 0.2 * (len(cards) - 1)) / max(len(cards), 1)
    for place, item in enumerate(cards):
        _card(slide, item, EDGE + place * (width + 0.2), width)
    lines = [(f"{a.title}: {a.finding.text}", 14, False, a.finding.page) for a in answers]
    _text(slide, lines, 4.75, 2.0)


def _card(slide: Any, item: Headline, left: float, width: float) -> None:
    box = _box(slide, left, 2.4, width, 2.1)
    lines = [(plain(item.label), 12, False), (plain(item.value), 22, True)]
    lines += [(plain(item.note), 11, False)] if item.note else []
    for number, (text, size, bold) in enumerate(lines):
        paragraph = box.paragraphs[0] if number == 0 else box.add_paragraph()
        _run(paragraph, text, size, bold, INK if bold else QUIET)


def _slide(deck: Any, answer: Answer, footer: str, number: int) -> None:
    slide = _blank(deck, answer.title, footer, number)
    lines = [(answer.finding.text, 18, True, answer.finding.page)]
    lines += [(point.text, 14, False, point.page) for point in answer.points]
    _text(slide, lines, 1.3, 2.3)
    if answer.rows:
        _table(slide, answer)


def _blank(deck: Any, title: str, footer: str, number: int) -> Any:
    """A slide with its title where programs look for one, and the footer."""
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    shape = slide.shapes.title
    shape.left, shape.top = Inches(EDGE), Inches(0.4)
    shape.width, shape.height = Inches(WIDE - 2 * EDGE), Inches(0.8)
    frame = shape.text_frame
    frame.clear()
    _run(frame.paragraphs[0], title, 30, True, INK)
    _left(frame.paragraphs[0])
    box = _box(slide, EDGE, HIGH - 0.5, WIDE - 2 * EDGE, 0.35)
    _run(box.paragraphs[0], f"{footer}  ·  {number}", 9, False, QUIET)
    return slide


def _box(slide: Any, left: float, top: float, width: float, height: float) -> Any:
    from pptx.util import Inches

    frame = slide.shapes.add_textbox(
        Inches(left), Inches(top), Inches(width), Inches(height)
    ).text_frame
    frame.word_wrap = True
    return frame


def _text(
    slide: Any, lines: Sequence[tuple[str, int, bool, str | None]], top: float, height: float
) -> None:
    frame = _box(slide, EDGE, top, WIDE - 2 * EDGE, height)
    for number, (text, size, bold, page) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = _points(5)
        _run(paragraph, text, size, bold, INK)
        if page:
            link = _run(paragraph, "  more", size - 2, False, ACCENT)
            link.hyperlink.address = page


def _table(slide: Any, answer: Answer) -> None:
    from pptx.util import Inches

    rows = [answer.head, *answer.rows[:ROWS]]
    left_out = answer.more + len(answer.rows[ROWS:])
    height = 0.34
    top = HIGH - 0.75 - height * (len(rows) + 1)
    caption = answer.caption + (f"; {left_out:,} more in the workbook" if left_out else "")
    box = _box(slide, EDGE, top - 0.05, WIDE - 2 * EDGE, 0.3)
    _run(box.paragraphs[0], caption, 11, False, QUIET)
    shape = slide.shapes.add_table(
        len(rows),
        len(answer.head),
        Inches(EDGE),
        Inches(top + height),
        Inches(WIDE - 2 * EDGE),
        Inches(height * len(rows)),
    )
    table = shape.table
    table.horz_banding = False
    for place, width in enumerate(_widths(rows)):
        table.columns[place].width = Inches(width)
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            cell = table.cell(line, place)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.fill.background() if line else _filled(cell)
            paragraph = cell.text_frame.paragraphs[0]
            _run(paragraph, _clipped(text), 11, line == 0, INK)
            if answer.numeric[place]:
                _right(paragraph)


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else text[:59].rstrip() + "…"


def _widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths of the columns by their longest words, together as wide as the slide's inside."""
    longest = [min(60, max(8, *(len(row[i]) for row in rows))) for i in range(len(rows[0]))]
    return [(WIDE - 2 * EDGE) * each / sum(longest) for each in longest]


def _run(paragraph: Any, text: str, size: int, bold: bool, colour: str) -> Any:
    from pptx.dml.color import RGBColor

    run = paragraph.add_run()
    run.text = printable(text)
    run.font.size, run.font.bold = _points(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    return run


def printable(text: str) -> str:
    """Text without the control characters that no slide can hold; they show as code points."""
    return "".join(
        f"[U+{ord(c):04X}]" if ord(c) < 32 or ord(c) in (0xFFFE, 0xFFFF) else c for c in text
    )


def _filled(cell: Any) -> None:
    from pptx.dml.color import RGBColor

    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string("EEF1F4")


def _points(size: int) -> Any:
    from pptx.util import Pt

    return Pt(size)


def _left(paragraph: Any) -> None:
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.LEFT


def _right(paragraph: Any) -> None:
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.RIGHT
