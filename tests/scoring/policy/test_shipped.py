"""The shipped set against the written meanings: every clause, requirement, tier and number.

Belongs here: values typed in from the source documents and their reading, so that a slip in the
YAML shows. Does not: faults of sets (test_faults.py), and rows (test_land.py).
"""

from datetime import date
from decimal import Decimal

import pytest

from scoring.policy.load import default_set, load_policy
from scoring.policy.yaml_lines import PolicyError

DAY = date(2025, 12, 31)
POLICY = load_policy()

# requirement, strength, metric, comparator, threshold (None: what was expected)
REQUIREMENTS = """
TECH-AGREEMENT technology must agreements_current >= 3
TECH-SIGNED technology must agreements_signed >= 2
TECH-NO-REDLINES technology must agreements_redlined <= 0
TECH-MANAGER technology must partnership_managers >= 1
TECH-ENABLEMENT technology must apps_without_enablement <= 0
TECH-TECHNICAL technology must apps_not_validated <= 0
TECH-STANDING technology must conduct_upheld <= 0
TECH-FOUNDATION-CUSTOMER technology should average_monthly_active_customers >= 1
TECH-RESPONSIVE technology should contact_answered_share >= 0.9
TECH-LISTING-QUALITY technology should apps_listing_incomplete <= 0
SERV-AGREEMENT services must agreements_current >= 2
SERV-MANAGER services must partnership_managers >= 1
SERV-CERTIFICATION services must certified_people >= 1
SERV-MARKETING-FIRST services must certification_announced >= 1
SERV-REFERENCE services should references_in_year >= 1
SERV-MARKETING-QTR services should marketing_quarters >= expected
SERV-STANDING services must conduct_upheld <= 0
REFR-AGREEMENT referral must agreements_current >= 2
REFR-STANDING referral must conduct_upheld <= 0
RESL-AGREEMENT reseller must agreements_current >= 2
RESL-MANAGER reseller must partnership_managers >= 1
RESL-ARR reseller must arr_usd >= 100000
RESL-TRAINING reseller must training_roles_filled >= 2
RESL-PLAN reseller must business_plan_complete >= 1
RESL-ORDER-FORM reseller must orders_without_executed_form <= 0
RESL-REPORTS reseller must reports_received >= expected
RESL-FORECAST reseller must forecast_quarters >= expected
RESL-REFERENCE reseller should references_in_year >= 1
RESL-STANDING reseller must conduct_upheld <= 0
"""

# Every number that the rules use outside the requirements, by its place in the written meanings.
VALUES = {
    "program.time_zone": "America/Los_Angeles",
    "program.holiday_calendar": "US",
    "agreements.version_grace_days": Decimal(90),
    "technology.required_agreements": ("framework", "technology_addendum", "developer_terms"),
    "services.required_agreements": ("framework", "services_terms"),
    "referral.required_agreements": ("framework", "referral_terms"),
    "reseller.required_agreements": ("framework", "reseller_terms"),
    "technology.signed_agreements": ("framework", "technology_addendum"),
    "technology.redline_agreements": ("framework", "technology_addendum"),
    "listing.required_agreements": ("framework", "technology_addendum"),
    "conduct.severities": ("major", "severe"),
    "conduct.ending_severities": ("severe",),
    "references.accepted_statuses": ("offered", "accepted"),
    "reseller.arr_measure": "arr_usd",
    "reseller.arr_first_judged_months": Decimal(12),
    "reseller.arr_minimum_term_months": Decimal(1),
    "fx.rate_max_age_days": Decimal(10),
    "reseller.training_roles": ("sales", "technical_sales"),
    "services.certification_tracks": ("services_certification",),
    "reseller.plan_due": "01-31",
    "reseller.report_due_day": Decimal(15),
    "contact.answer_business_days": Decimal(2),
    "technology.select_active_customers": Decimal(100),
    "technology.foundation_active_customers": Decimal(1),
    "technology.listed_apps_required": Decimal(1),
    "technology.bidirectional_apps_required": Decimal(1),
    "technology.invitations_required": Decimal(1),
    "technology.attainment_minimum_months": Decimal(3),
    "technology.data_flow_minimum_months": Decimal(3),
    "technology.invitation_due": "01-31",
    "technology.invitation_overrides_facts": True,
    "technology.annual_fee_usd": Decimal(0),
    "services.annual_fee_usd": Decimal(0),
    "listing.low_usage_months": Decimal(12),
    "listing.low_usage_minimum": Decimal(1),
    "listing.logo_width_minimum_px": Decimal(400),
    "deal.response_business_days": Decimal(5),
    "deal.approval_days": Decimal(90),
    "deal.extension_days": Decimal(90),
    "deal.extensions_allowed": Decimal(1),
    "deal.registering_programs": ("reseller",),
    "referral.commission_programs": ("technology", "services", "referral"),
    "referral.commission_agreements": ("framework", "referral_terms"),
    "governance.escalation": ("remediate", "change_benefits", "end_status"),
    "ingest.refused_share": Decimal("0.5"),
    "ingest.refused_minimum_rows": Decimal(10),
    "ingest.activity_report_days": Decimal(30),
    "ingest.shrunken_share": Decimal("0.5"),
    "ingest.shrunken_minimum_rows": Decimal(10),
    "ingest.shrunken_minimum_lines": Decimal(4),
}

FREE_MAIL = (
    "gmail.com googlemail.com yahoo.com yahoo.co.uk outlook.com hotmail.com live.com msn.com "
    "icloud.com me.com aol.com gmx.com gmx.de web.de proton.me protonmail.com mail.com qq.com "
    "163.com"
)
SHARED_HOSTS = (
    "wordpress.com wixsite.com blogspot.com github.io sharepoint.com onmicrosoft.com "
    "myshopify.com squarespace.com weebly.com facebook.com linkedin.com google.com"
)
LEGAL_FORMS = (
    "inc incorporated llc ltd limited gmbh ag kg co corp corporation company plc sa sas srl bv nv "
    "ab as oy pty pte kk lp llp"
)


def _shown(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def test_the_requirements_are_the_written_ones() -> None:
    shipped = [
        f"{r.id} {r.program} {r.strength} {r.metric} {r.comparator.value} "
        + ("expected" if r.threshold is None else _shown(POLICY.value_at(r.threshold, DAY)))
        for r in POLICY.requirements
    ]
    assert sorted(shipped) == sorted(REQUIREMENTS.strip().splitlines())


def test_a_requirement_rests_on_the_clause_of_its_name_but_for_two() -> None:
    others = {r.id: r.clause for r in POLICY.requirements if r.id != r.clause}
    assert others == {"RESL-FORECAST": "RESL-REPORTS", "TECH-FOUNDATION-CUSTOMER": "TIER-START"}


def test_only_the_minimum_waits_for_a_first_year() -> None:
    waiting = {r.id: r.first_judged_after for r in POLICY.requirements if r.first_judged_after}
    assert waiting == {"RESL-ARR": "reseller.arr_first_judged_months"}


@pytest.mark.parametrize("parameter", VALUES)
def test_a_number_is_the_written_one(parameter: str) -> None:
    assert POLICY.value_at(parameter, DAY) == VALUES[parameter]
    assert POLICY.value_at(parameter, date(2000, 1, 1)) == VALUES[parameter]


@pytest.mark.parametrize(
    ("parameter", "least"),
    [
        ("customers.free_mail_domains", FREE_MAIL),
        ("customers.shared_host_domains", SHARED_HOSTS),
        ("customers.legal_forms", LEGAL_FORMS),
    ],
)
def test_a_list_holds_at_least_the_written_items(parameter: str, least: str) -> None:
    assert set(least.split()) <= set(POLICY.value_at(parameter, DAY))


def test_the_references_are_judged_in_the_year_and_its_second_half() -> None:
    assert POLICY.value_at("references.judged_in", DAY) == ("year", "H2")


def test_the_test_customer_rule_changes_on_its_day() -> None:
    rule = "listing.test_customer_rule"
    assert POLICY.value_at(rule, date(2026, 5, 28)) == "required"
    assert POLICY.value_at(rule, date(2026, 5, 29)) == "encouraged"


def test_every_agreement_type_has_both_versions() -> None:
    versions = {(v.agreement_type, v.version): v.effective_from for v in POLICY.agreement_versions}
    types = {kind for kind, _ in versions}
    assert len(types) == 7
    for kind in types:
        assert versions[kind, "2023.1"] == date(2023, 1, 1)
        assert versions[kind, "2025.1"] == date(2025, 7, 1)


def test_the_ladder_is_cumulative_and_a_tier_replaces_what_it_raises() -> None:
    rungs = {
        tier.id: [
            (c.id, _shown(POLICY.value_at(c.threshold, DAY)), c.inherited) for c in tier.criteria
        ]
        for tier in POLICY.ladder.tiers
    }
    average = "average_monthly_active_customers"
    select = [
        ("enrolled", "1", True),
        ("compliance", "1", False),
        ("listed_apps", "1", False),
        (average, "100", False),
        ("bidirectional_flow", "1", False),
    ]
    assert list(rungs) == ["foundation", "select", "premier"]
    assert rungs["foundation"] == [("enrolled", "1", False)]
    assert rungs["select"] == select
    assert rungs["premier"] == [
        *((name, threshold, True) for name, threshold, _ in select),
        ("invitation", "1", False),
    ]


def test_what_others_read_says_who_and_when() -> None:
    reported = [p for p in (*POLICY.parameters, *POLICY.ladder.tiers) if p.status == "reported"]
    assert [member.id for member in reported] == [
        "technology.foundation_active_customers",
        "technology.select_active_customers",
        "select",
    ]
    assert {member.reported_by for member in reported} == {
        "three readers of the vendor's partner page"
    }
    assert {member.read_on for member in reported} == {("2026-08", "2026-09")}


def test_no_tier_has_a_made_up_name() -> None:
    assert {tier.id: tier.status for tier in POLICY.ladder.tiers} == {
        "foundation": "from_source",
        "select": "reported",
        "premier": "from_source",
    }


def test_reviews_are_two_a_year() -> None:
    spans = [(p.suffix, p.starts, p.ends) for p in POLICY.review_periods]
    assert spans == [("H1", "01-01", "06-30"), ("H2", "07-01", "12-31")]


def test_the_programs_are_five_and_one_has_tiers() -> None:
    assert [p.id for p in POLICY.programs] == [
        "technology",
        "services",
        "referral",
        "reseller",
        "industry",
    ]
    assert [p.id for p in POLICY.programs if p.has_tiers] == ["technology"]


def test_all_hundred_clauses_are_there() -> None:
    assert len(POLICY.clauses) == 100
    assert {c.document for c in POLICY.clauses} == {"guide", "faq"}


def test_the_conflict_register_names_the_known_disagreements() -> None:
    ruled = {(c.id, c.clause, c.other_clause): c.ruled_by for c in POLICY.conflicts}
    assert ruled["leads", "TECH-LEADS", "REFR-SUBMISSION"] == "REFR-SUBMISSION"
    assert ruled["redlines", "TECH-NO-REDLINES", "GUIDE-AGREEMENT"] == "GUIDE-AGREEMENT"
    assert ("registered_or_approved", "DEAL-NOT-TAKEN", "DEAL-FIRST") in ruled
    page = ("test_customer_page", "APP-TEST-CUSTOMER", "partner_page")
    assert ruled[page] == "marketplace_rules"
    days = [c.effective_from for c in POLICY.conflicts if c.id == "test_customer"]
    assert days == [date(2000, 1, 1), date(2026, 5, 29)]


def test_a_conflict_names_a_day_on_which_its_rule_changes() -> None:
    rule = POLICY.parameter("listing.test_customer_rule")
    days = [c.effective_from for c in POLICY.conflicts if c.id == "test_customer"]
    assert [v.effective_from for v in rule.values] == days


def test_no_value_in_force_names_parameter_day_and_file() -> None:
    with pytest.raises(PolicyError) as caught:
        POLICY.value_at("reseller.minimum_arr_usd", date(1999, 12, 31))
    message = str(caught.value)
    assert "reseller.minimum_arr_usd" in message
    assert "1999-12-31" in message
    assert "reseller.yaml" in message
    with pytest.raises(PolicyError, match=r"no parameter 'reseller\.minimum'"):
        POLICY.value_at("reseller.minimum", DAY)


def test_the_default_set_is_data() -> None:
    assert default_set() == POLICY.name == "procore"
