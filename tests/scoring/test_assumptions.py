"""What decisions rest on besides facts is named, and counted as the results themselves are."""

from scoring.assumptions import assumptions

PERIOD = "2025"


def partners(con, requirement):
    """Partners with a result of the requirement in the period."""
    query = (
        "select count(distinct partner_id) from marts.fct_requirement_results"
        " where period = ? and requirement = ?"
    )
    return con.execute(query, [PERIOD, requirement]).fetchone()[0]


def test_a_placeholder_carries_every_result_of_its_rule(demo_con):
    placeholders = {row["parameter"]: row for row in assumptions(demo_con, PERIOD).placeholders}
    read_by_the_metric = placeholders["reseller.plan_due"]
    assert read_by_the_metric["rules"] == ["RESL-PLAN"]
    assert read_by_the_metric["partners"] == partners(demo_con, "RESL-PLAN") > 0
    threshold = placeholders["technology.contact_answered_share_minimum"]
    assert threshold["rules"] == ["TECH-RESPONSIVE"]
    assert threshold["results"] == partners(demo_con, "TECH-RESPONSIVE") > 0
    assert placeholders["technology.listed_apps_required"]["criteria"] > 0


def test_a_reported_value_stands_beside_them_with_who_read_it(demo_con):
    resting = assumptions(demo_con, PERIOD)
    reported = {row["parameter"]: row for row in resting.reported}
    select = reported["technology.select_active_customers"]
    assert select["criteria"] > 0
    assert select["reported_by"] == "three readers of the vendor's partner page"
    assert select["read_on"] == "2026-08, 2026-09"
    advice = reported["technology.foundation_active_customers"]
    assert advice["rules"] == ["TECH-FOUNDATION-CUSTOMER"]
    assert not set(reported) & {row["parameter"] for row in resting.placeholders}


def test_what_the_documents_give_is_no_assumption(demo_con):
    query = "select parameter from policy.parameters where status <> 'placeholder'"
    set_by_documents = {row[0] for row in demo_con.execute(query).fetchall()}
    placeholders = {row["parameter"] for row in assumptions(demo_con, PERIOD).placeholders}
    assert "reseller.minimum_arr_usd" in set_by_documents
    assert not placeholders & set_by_documents


def test_each_waived_result_names_its_waiver(demo_con):
    waivers = assumptions(demo_con, PERIOD).waivers
    query = (
        "select partner_id, program, requirement from marts.fct_requirement_results"
        " where period = ? and status = 'waived'"
    )
    waived = set(demo_con.execute(query, [PERIOD]).fetchall())
    named = {(row["partner_id"], row["program"], row["waived"]) for row in waivers}
    assert waived <= named
    assert waivers
    assert all(row["waiver_id"] and row["granted_by"] and row["valid_to"] for row in waivers)
