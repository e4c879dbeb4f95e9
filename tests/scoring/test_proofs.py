"""Every partner's proof at once is the proof that `explain` gives for one."""

import pytest

from scoring.explain import explain, standing_proof
from scoring.partners import Partner
from scoring.proofs import each_standing

YEAR = 2025
LIMIT = 5


def fields(criterion):
    """What a criterion says, without its rows."""
    names = ("id", "tier", "program", "status", "value", "threshold", "sentence", "change")
    return tuple(getattr(criterion, name) for name in names)


@pytest.fixture(scope="module")
def standings(demo_run):
    import duckdb

    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con, dict(each_standing(con, YEAR, str(YEAR), LIMIT))


def test_tiers_are_told_as_explain_tells_them(standings):
    con, by_partner = standings
    tiered = [partner for partner, standing in by_partner.items() if standing.sentence]
    assert len(tiered) > 30
    for partner in tiered[::4]:
        proof = explain(con, partner, YEAR)
        assert by_partner[partner].sentence == proof.decision["sentence"]
        assert [fields(c) for c in by_partner[partner].ladder] == [
            fields(c) for c in proof.criteria
        ]
        for mine, whole in zip(by_partner[partner].ladder, proof.criteria, strict=True):
            if not whole.parts:
                assert set(mine.evidence) <= set(whole.evidence)
                assert bool(mine.evidence) == bool(whole.evidence)


def test_requirements_are_told_as_explain_tells_them(standings):
    con, by_partner = standings
    judged = [partner for partner, standing in by_partner.items() if standing.requirements]
    for partner in judged[::8]:
        proof = standing_proof(con, Partner(partner, ""), str(YEAR), None)
        assert [fields(c) for c in by_partner[partner].requirements] == [
            fields(c) for c in proof.criteria
        ]


def test_a_review_shows_its_own_rows_and_the_tier_those_of_its_year(standings):
    con, whole = standings
    review = dict(each_standing(con, YEAR, f"{YEAR}-H1", LIMIT))
    partner = next(p for p, s in whole.items() if any(c.evidence for c in s.ladder))
    assert review[partner].ladder == whole[partner].ladder
    dated = [
        row.evidence_date
        for standing in review.values()
        for criterion in standing.requirements
        for row in criterion.evidence
        if row.evidence_date
    ]
    assert dated and max(dated).isoformat() <= f"{YEAR}-06-30"


def test_no_more_rows_than_asked_for(standings):
    _, by_partner = standings
    for standing in by_partner.values():
        for criterion in [*standing.ladder, *standing.requirements]:
            assert len(criterion.evidence) <= 2 * LIMIT


@pytest.mark.parametrize("period", [str(YEAR), f"{YEAR}-H1"])
def test_some_partners_stand_as_they_do_among_all(standings, period):
    con, _ = standings
    whole = dict(each_standing(con, YEAR, period, LIMIT))
    some = sorted(whole)[::7]
    assert dict(each_standing(con, YEAR, period, LIMIT, some)) == {
        name: whole[name] for name in some
    }
