"""The shipped policy values that the oracle needs, typed in by hand from the written meanings.

Belongs here: constants. Does not belong here: anything read from the product's policy files,
because a wrong value there must show up as a difference.
"""

from datetime import date
from decimal import Decimal

ZONE = "America/Los_Angeles"
MINIMUM_ARR_USD = Decimal("100000")  # RESL-ARR
MINIMUM_PARAMETER = "reseller.minimum_arr_usd"
ARR_GRACE_MONTHS = 12  # first judged so long after enrolled_on
MINIMUM_TERM_MONTHS = 1  # a shorter new line is a trial
RATE_MAX_AGE_DAYS = 10
# The euro's irrevocable rates: units of the currency for one euro, from the day it joined.
EURO_RATES = {
    code: (date(year, 1, 1), Decimal(units))
    for code, year, units in [
        ("ATS", 1999, "13.7603"),
        ("BEF", 1999, "40.3399"),
        ("DEM", 1999, "1.95583"),
        ("ESP", 1999, "166.386"),
        ("FIM", 1999, "5.94573"),
        ("FRF", 1999, "6.55957"),
        ("IEP", 1999, "0.787564"),
        ("ITL", 1999, "1936.27"),
        ("LUF", 1999, "40.3399"),
        ("NLG", 1999, "2.20371"),
        ("PTE", 1999, "200.482"),
        ("GRD", 2001, "340.750"),
        ("SIT", 2007, "239.640"),
        ("CYP", 2008, "0.585274"),
        ("MTL", 2008, "0.429300"),
        ("SKK", 2009, "30.1260"),
        ("EEK", 2011, "15.6466"),
        ("LVL", 2014, "0.702804"),
        ("LTL", 2015, "3.45280"),
        ("HRK", 2023, "7.53450"),
        ("BGN", 2026, "1.95583"),
    ]
}
AGREEMENT_GRACE_DAYS = 90
VERSIONS = [("2023.1", date(2023, 1, 1)), ("2025.1", date(2025, 7, 1))]
REQUIRED_AGREEMENTS = {
    "technology": ["framework", "technology_addendum", "developer_terms"],
    "services": ["framework", "services_terms"],
    "referral": ["framework", "referral_terms"],
    "reseller": ["framework", "reseller_terms"],
}
PLAN_DUE = (1, 31)  # month, day
REPORT_DUE_DAY = 15  # of the next month
DATA_FLOW_MONTHS = 3
MIN_WINDOW_MONTHS = 3
CONTACT_DAYS = 2
CONTACT_SHARE = Decimal("0.9")
INVITATION_DUE = (1, 31)
RESPONSE_DAYS = 5
APPROVAL_DAYS = 90
EXTENSION_DAYS = 90
UNANSWERED_BLOCKS_DAYS = 90
WON_BLOCKS_DAYS = 365
NAMES_PER_DOMAIN = 5
LOGO_WIDTH = 400

# requirement id, program, strength, metric, comparator, threshold (None: what was expected)
REQUIREMENTS = [
    ("TECH-AGREEMENT", "technology", "must", "agreements_current", ">=", 3),
    ("TECH-SIGNED", "technology", "must", "agreements_signed", ">=", 2),
    ("TECH-NO-REDLINES", "technology", "must", "agreements_redlined", "<=", 0),
    ("TECH-MANAGER", "technology", "must", "partnership_managers", ">=", 1),
    ("TECH-ENABLEMENT", "technology", "must", "apps_without_enablement", "<=", 0),
    ("TECH-TECHNICAL", "technology", "must", "apps_not_validated", "<=", 0),
    ("TECH-STANDING", "technology", "must", "conduct_upheld", "<=", 0),
    (
        "TECH-FOUNDATION-CUSTOMER",
        "technology",
        "should",
        "average_monthly_active_customers",
        ">=",
        1,  # reported
    ),
    ("TECH-RESPONSIVE", "technology", "should", "contact_answered_share", ">=", CONTACT_SHARE),
    ("TECH-LISTING-QUALITY", "technology", "should", "apps_listing_incomplete", "<=", 0),
    ("SERV-AGREEMENT", "services", "must", "agreements_current", ">=", 2),
    ("SERV-MANAGER", "services", "must", "partnership_managers", ">=", 1),
    ("SERV-CERTIFICATION", "services", "must", "certified_people", ">=", 1),
    ("SERV-MARKETING-FIRST", "services", "must", "certification_announced", ">=", 1),
    ("SERV-REFERENCE", "services", "should", "references_in_year", ">=", 1),
    ("SERV-MARKETING-QTR", "services", "should", "marketing_quarters", ">=", None),
    ("SERV-STANDING", "services", "must", "conduct_upheld", "<=", 0),
    ("REFR-AGREEMENT", "referral", "must", "agreements_current", ">=", 2),
    ("REFR-STANDING", "referral", "must", "conduct_upheld", "<=", 0),
    ("RESL-AGREEMENT", "reseller", "must", "agreements_current", ">=", 2),
    ("RESL-MANAGER", "reseller", "must", "partnership_managers", ">=", 1),
    ("RESL-ARR", "reseller", "must", "arr_usd", ">=", MINIMUM_ARR_USD),
    ("RESL-TRAINING", "reseller", "must", "training_roles_filled", ">=", 2),
    ("RESL-PLAN", "reseller", "must", "business_plan_complete", ">=", 1),
    ("RESL-ORDER-FORM", "reseller", "must", "orders_without_executed_form", "<=", 0),
    ("RESL-REPORTS", "reseller", "must", "reports_received", ">=", None),
    ("RESL-FORECAST", "reseller", "must", "forecast_quarters", ">=", None),
    ("RESL-REFERENCE", "reseller", "should", "references_in_year", ">=", 1),
    ("RESL-STANDING", "reseller", "must", "conduct_upheld", "<=", 0),
]

# State entities each metric reads; usage coverage by month and lines by partner are apart.
READS = {
    "agreements_current": ["agreements", "enrollments"],
    "agreements_signed": ["agreements"],
    "agreements_redlined": ["agreements"],
    "partnership_managers": ["contacts"],
    "apps_without_enablement": ["apps", "listing_events", "enablement_materials"],
    "apps_not_validated": ["apps", "listing_events"],
    "apps_listing_incomplete": ["apps", "listing_events"],
    "conduct_upheld": ["conduct_cases"],
    "average_monthly_active_customers": ["installations", "apps"],
    "contact_answered_share": ["apps", "contact_requests"],
    "certified_people": ["contacts", "trainings"],
    "certification_announced": ["marketing_activities", "trainings", "contacts"],
    "references_in_year": ["customer_references"],
    "marketing_quarters": ["marketing_activities"],
    "arr_usd": [],
    "training_roles_filled": ["contacts", "trainings"],
    "business_plan_complete": ["business_plans"],
    "orders_without_executed_form": ["order_forms"],
    "reports_received": ["reports"],
    "forecast_quarters": ["forecast_lines", "reports"],
}
READS_LINES = {"arr_usd", "orders_without_executed_form"}

TIERS = ["foundation", "select", "premier"]
SELECT_AVERAGE = 100  # reported

LEGAL_FORMS = {
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
    "gmbh",
    "ag",
    "kg",
    "co",
    "corp",
    "corporation",
    "company",
    "plc",
    "sa",
    "sas",
    "srl",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "pty",
    "pte",
    "kk",
    "lp",
    "llp",
}
FREE_MAIL = {
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.uk",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.com",
    "gmx.de",
    "web.de",
    "proton.me",
    "protonmail.com",
    "mail.com",
    "qq.com",
    "163.com",
}
SHARED_HOSTS = {
    "github.com",
    "wikipedia.org",
    "wikimedia.org",
    "zendesk.com",
    "atlassian.net",
    "business.site",
    "linktr.ee",
    "instagram.com",
    "x.com",
    "wordpress.com",
    "wixsite.com",
    "blogspot.com",
    "github.io",
    "sharepoint.com",
    "onmicrosoft.com",
    "myshopify.com",
    "squarespace.com",
    "weebly.com",
    "facebook.com",
    "linkedin.com",
    "google.com",
}
EVERYWHERE = {"blogspot"}  # of every country
UNDER = {"my.salesforce.com"}  # hosts below a company's own domain
