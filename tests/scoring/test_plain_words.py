"""What people read about every partner of the demonstration: plain words, no key and no count of a
yes or no.

Belongs here: the sentences of published tables and of proofs, row by row. Does not: pages (their
own tests), or any single wording.
"""

from __future__ import annotations

import re

import pytest

from scoring.first_lines import act, missed
from scoring.proofs import each_standing
from scoring.vocabulary import FAILING
from scoring.words import spoken
from tests.conftest import DEMO_YEAR

SENTENCES = (
    ("decisions.changes", "cause"),
    ("decisions.actions", "reason"),
    ("decisions.tier_assignments", "smallest_change"),
    ("decisions.tier_margins", "sentence"),
)
# A delivered value (a file, a quoted word) is shown as it was delivered.
AS_DELIVERED = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[\w-]+/[\w/.-]+")
KEY = re.compile(r"\b[a-z]+_[a-z_]+\b|\(1 yes, 0 no\)")
COUNTED = re.compile(r"(?<![\d.])\b1 more\b(?! rows?)")


def unfit(text: str, keys: re.Pattern[str]) -> list[str]:
    """What a person should not have to read."""
    plain = AS_DELIVERED.sub(" ", text)
    return KEY.findall(plain) + COUNTED.findall(plain) + keys.findall(plain)


@pytest.fixture
def keys(demo_con) -> re.Pattern[str]:
    """Clause ids, and the tiers' ids where they stand as ids."""
    clauses = [c for (c,) in demo_con.execute("select clause from policy.clauses").fetchall()]
    tiers = [t for (t,) in demo_con.execute("select tier from policy.tiers").fetchall()]
    clause = "|".join(map(re.escape, clauses))
    tier = "|".join(map(re.escape, tiers))
    return re.compile(rf"\b(?:{clause})\b|\b(?:for|keep|reach|loses|before|holds) (?:{tier})\b")


@pytest.mark.parametrize(("table", "column"), SENTENCES)
def test_no_row_of_a_published_table_speaks_in_keys(demo_con, keys, table, column):
    rows = demo_con.execute(f"select distinct {column} from {table} where {column} <> ''")
    texts = [text for (text,) in rows.fetchall()]
    assert len(texts) > 10
    assert {text: faults for text in texts if (faults := unfit(text, keys))} == {}


def test_no_proof_speaks_in_keys(demo_con, keys):
    wrong = {}
    count = 0
    for partner, standing in each_standing(demo_con, DEMO_YEAR, str(DEMO_YEAR), 0):
        lines = [standing.sentence or ""]
        for criterion in (*standing.ladder, *standing.requirements):
            lines += [criterion.change or "", spoken(criterion.sentence)]
            if criterion.status in FAILING:
                lines += [missed(criterion), act(criterion)]
        count += len(lines)
        wrong |= {(partner, line): faults for line in lines if (faults := unfit(line, keys))}
    assert count > 1_000
    assert wrong == {}
