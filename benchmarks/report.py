"""`python -m benchmarks.report`: the kept results as tables and charts in docs/.

Belongs here: how results are shown. Does not: measuring (measure.py) or keeping (results.py).

A block of a page between `<!-- results: NAME -->` and `<!-- end of results -->` is written anew
from `benchmarks/results/NAME.json`; no figure in it is typed by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks import rates
from benchmarks.results import FOLDER, Case, Measured, kept_cases

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = ("performance.md", "scale.md")
# The block of docs/scale.md, which is drawn from several benchmarks.
RATES = "rates"
BLOCK = re.compile(r"(<!-- results: ([a-z_]+) -->\n).*?(<!-- end of results -->)", re.DOTALL)
# One benchmark's axis: what `Case.size` counts.
AXES = {
    "usage": "events",
    "usage_month": "events",
    "landing": "files",
    "years": "years",
    "yearly_run": "partners",
    "nothing_new": "partners",
}

# Measured while the machine had other work, which a curve of seconds would not show.
NOT_DRAWN = {"spark_feed"}


def table(case: Case) -> str:
    """Medians with their range, processor time, peak memory and the ratio, as Markdown.

    If one contender only starts up, also the ratios of time and of work without the start-up.
    """
    titles = ["contender", "median s", "range s", "processor s", "peak MiB", "ratio"]
    if case.start_up:
        titles += ["beyond start-up", "its work"]
    rows = [titles, ["---", *["--:"] * (len(titles) - 1)]]
    rows += [_row(case, contender)[: len(titles)] for contender in case.contenders]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(case: Case, contender: Measured) -> list[str]:
    peak = f"{max(contender.peak_mib):.0f}"
    if contender.outcome:
        return [contender.name, contender.outcome, "", "", peak, "", "", ""]
    low, high = min(contender.seconds), max(contender.seconds)
    beyond = (case.ratio_beyond_start_up(contender, of) for of in ("median", "work"))
    ratios = (case.ratio(contender), *beyond)
    return [
        contender.name,
        f"{contender.median:.2f}",
        f"{low:.2f} to {high:.2f}",
        f"{contender.work:.2f}",
        peak,
        *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
    ]


def _heading(case: Case) -> str:
    rounds = f"medians of {case.rounds} alternating rounds" if case.rounds > 1 else "one round"
    used = ", ".join(f"{name} {number}" for name, number in case.versions.items())
    parts = [f"**{case.label}**: `{case.command}`; {rounds}; {case.machine}; {used}."]
    return " ".join([*parts, case.note] if case.note else parts)


def block(benchmark: str, cases: list[Case]) -> str:
    """All cases of a benchmark as Markdown, with the chart where the sizes differ."""
    if not cases:
        return "Not measured yet.\n"
    parts = [f"{_heading(case)}\n\n{table(case)}\n" for case in cases]
    if _is_drawn(benchmark, cases):
        alt = f"Seconds and peak memory by {AXES.get(benchmark, 'size')}"
        parts.append(f"![{alt}](images/bench-{benchmark}.svg)\n")
    return "\n".join(parts)


def _is_drawn(benchmark: str, cases: list[Case]) -> bool:
    return benchmark not in NOT_DRAWN and len({case.size for case in cases}) > 1


def chart(benchmark: str, cases: list[Case]) -> str:
    """Median seconds and peak memory of each contender by size, both axes logarithmic, as SVG."""
    import altair as alt
    import vl_convert

    rows = [
        {
            "size": case.size,
            "contender": contender.name,
            "seconds": contender.median,
            "peak MiB": max(contender.peak_mib),
        }
        for case in cases
        for contender in case.contenders
        if contender.median is not None
    ]
    names = list(dict.fromkeys(str(row["contender"]) for row in rows))
    axis = AXES.get(benchmark, "size")
    base = (
        alt.Chart(alt.InlineData(values=rows), width=300, height=220)
        .mark_line(point=True)
        .encode(
            x=alt.X("size:Q", title=axis, scale=alt.Scale(type="log"), axis=alt.Axis(format="~s")),
            color=alt.Color(
                "contender:N",
                sort=names,
                title=None,
                legend=alt.Legend(orient="bottom", columns=1, labelLimit=600),
            ),
        )
    )
    drawn = [
        base.encode(y=alt.Y(f"{name}:Q", title=name, scale=alt.Scale(type="log")))
        for name in ("seconds", "peak MiB")
    ]
    return vl_convert.vegalite_to_svg(alt.hconcat(*drawn, background="white").to_json())


def write(docs: Path = DOCS, folder: Path = FOLDER) -> None:
    """Rewrite every block of the pages, and the chart of each benchmark with several sizes."""

    def filled(match: re.Match[str]) -> str:
        name = match[2]
        if name == RATES:
            return f"{match[1]}{rates.table(folder)}\n{match[3]}"
        cases = kept_cases(name, folder)
        if _is_drawn(name, cases):
            (docs / "images" / f"bench-{name}.svg").write_text(chart(name, cases), "utf-8")
        return f"{match[1]}{block(name, cases)}{match[3]}"

    for page in (docs / name for name in PAGES):
        page.write_text(BLOCK.sub(filled, page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write()
