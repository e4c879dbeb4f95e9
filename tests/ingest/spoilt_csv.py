"""Csv files spoilt: one cell, one column, the rows' order, another delimiter or encoding.

Belongs here: csv. Does not: values (spoilt_values.py).
"""

from __future__ import annotations

import csv
import io
import random

from tests.ingest.spoilt_values import CONTROLS, HOSTILE, MARKED, Mutant


def _csv_text(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def csv_level(data: bytes, rng: random.Random) -> Mutant:
    """One cell, one column, the rows' order, another delimiter, encoding or line's end."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    width, at = len(rows[0]), rng.randrange(len(rows))
    column = rng.randrange(width)
    name = rng.choice(
        (
            "cell",
            "cell",
            "cell",
            "drop column",
            "twice",
            "rename",
            "shuffle",
            "ragged",
            "blank",
            "headless",
            "header only",
            "delimiter",
            "encoding",
            "ends",
            "swap",
            "repeat",
            "footer",
            "cut at a row",
            "ghosts",
            "computed",
            "words",
            "zones",
            "control",
            "separator",
            "padded footer",
        )
    )
    delimiter, end, encoding = ",", "\n", "utf-8"
    if name == "cell":
        rows[at][column % max(1, len(rows[at]))] = rng.choice(HOSTILE)
    elif name == "drop column":
        rows = [row[:column] + row[column + 1 :] for row in rows]
    elif name == "twice":
        rows = [[*row, row[column]] for row in rows]
    elif name == "rename":
        rows[0][column] = rng.choice((*HOSTILE[:12], "name", rows[0][0].upper()))
    elif name == "shuffle":
        rows = [rows[0], *rng.sample(rows[1:], len(rows) - 1)]
    elif name == "ragged":
        rows[at] = rows[at][:column] if rng.random() < 0.5 else [*rows[at], "more"]
    elif name == "blank":
        rows[at:at] = [[] for _ in range(3)]
    elif name == "headless":
        rows = rows[1:] or [["x"]]
    elif name == "header only":
        rows = rows[:1]
    elif name == "delimiter":
        delimiter = rng.choice(";\t|")
    elif name == "encoding":
        encoding = rng.choice(("utf-16", "utf-8-sig", "utf-32", "cp037", "utf-16-le"))
    elif name == "ends":
        end = rng.choice(("\r\n", "\r", "\n\n"))
    elif name == "swap":
        rows = [row[::-1] for row in rows]
    elif name == "repeat":
        rows += rows[1:]
    elif name == "cut at a row":
        rows = rows[: rng.randrange(1, len(rows) + 1)]
    elif name == "ghosts":
        rows[at + 1 : at + 1] = [
            [rng.choice(("", " ", "\t"))] * width for _ in range(rng.choice((1, 3)))
        ]
    elif name in MARKED:
        fits = [
            i for i in range(width) if any(MARKED[name][0](row[i]) for row in rows[1:] if row[i:])
        ]
        for row in rows[1:]:
            for i in fits:
                if row[i:] and MARKED[name][0](row[i]):
                    row[i] = MARKED[name][1](row[i], rng)
    elif name == "control":
        row = rows[at]
        row[column % max(1, len(row))] = rng.choice(CONTROLS).join(("ab", "cd"))
    elif name == "separator":
        delimiter = rng.choice(",;\t|")
        return "csv separator", f"sep={delimiter}{end}{_csv_text(rows, delimiter, end)}".encode()
    else:
        padding = [""] * (width - 1) if name == "padded footer" else []
        lines = ("Grand Totals (3 records)", "Confidential Information")
        rows += [[], *([line, *padding] for line in lines)]
    return f"csv {name}", _csv_text(rows, delimiter, end).encode(encoding)
