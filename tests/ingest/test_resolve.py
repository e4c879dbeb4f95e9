"""Landed text to domains, legal names and business days (semantics 7)."""

from datetime import date

import pytest

from ingest.resolved.business_days import calendar, left_out
from ingest.resolved.domains import Domains
from ingest.resolved.names import Names
from ingest.resolved.resolve import resolve

DOMAINS = Domains(["gmail.com", "github.io", "google.com"])
NAMES = Names(["ab", "ag", "co", "gmbh", "inc", "kg", "limited", "llc", "ltd", "sa", "bv", "pty"])


@pytest.mark.parametrize(
    ("text", "domain", "usable"),
    [
        ("acme.com", "acme.com", True),
        ("Shop.ACME.co.uk", "acme.co.uk", True),
        (" acme.com. ", "acme.com", True),
        ("https://user:pw@www.acme.com:8443/path?q=a@b.com#x", "acme.com", True),
        ("//acme.com/", "acme.com", True),
        ("info@mail.acme.com", "acme.com", True),
        ("mailto:info@acme.com", "acme.com", True),
        ("münchen.de", "münchen.de", True),
        ("XN--MNCHEN-3YA.de", "münchen.de", True),
        # Private suffixes: each of these is a company's own.
        ("acme.s3.amazonaws.com", "acme.s3.amazonaws.com", True),
        # On the lists, and what lies under them.
        ("gmail.com", "gmail.com", False),
        ("joe@GMAIL.com", "gmail.com", False),
        ("acme.github.io", "acme.github.io", False),
        ("sites.google.com/acme", "google.com", False),
        ("notgmail.com", "notgmail.com", True),
        # Not registrable.
        ("co.uk", None, False),
        ("github.io", None, False),
        ("localhost", None, False),
        ("acme", None, False),
        ("acme.invalid-tld", None, False),
        ("10.0.0.1", None, False),
        ("[::1]", None, False),
        ("acme.com, beta.com", None, False),
        ("acme .com", None, False),
        ("-.com", None, False),
        ("\x00.com", None, False),
        ("a" * 64 + ".com", None, False),
        ("a." * 200 + "com", None, False),
        ("", None, False),
        ("http://", None, False),
    ],
)
def test_registrable_domain(text, domain, usable):
    assert DOMAINS.resolve(text) == (domain, usable)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME  S.A.", "acme"),
        ("Acme S A", "acme"),
        ("Acme G. m. b. H.", "acme"),
        ("Acme Pty. Ltd.", "acme"),
        ("Acme B.V. Co", "acme"),
        ("Åkerman & Söner AB", "akerman and soner"),
        ("AT&T", "at and t"),
        ("O'Brien-Smith Ltd", "o brien smith"),
        ("Ltd Acme", "ltd acme"),
        ("Incisive", "incisive"),
        # Nothing but legal forms keeps a word.
        ("Co", "co"),
        ("Limited Co", "limited"),
        ("ﬁne Ⅳ", "fine iv"),
        ("株式会社 日本", "株式会社 日本"),
        ("...", ""),
    ],
)
def test_normalised_name(text, name):
    assert NAMES.normalise(text) == name


def test_business_days_are_numbered():
    days = {row[0]: row[1:] for row in calendar("US", 2025, 2025).rows()}
    assert days[date(2025, 1, 1)] == (False, "New Year's Day", 0)
    assert days[date(2025, 1, 2)] == (True, None, 1)
    assert days[date(2025, 1, 4)] == (False, None, 2)
    # The fifth business day after Wednesday July 2 skips the 4th and a weekend.
    number = days[date(2025, 7, 2)][2] + 5
    assert min(d for d, row in days.items() if row[2] == number) == date(2025, 7, 10)


def test_a_calendar_nobody_knows_is_named():
    with pytest.raises(ValueError, match="'Atlantis' is unknown"):
        calendar("Atlantis", 2025, 2025)
    assert calendar("NYSE", 2025, 2025).height == 365


def test_days_off_of_most_parts_of_a_country_are_named():
    # Easter Monday and the late summer's bank holiday are days off everywhere but in Scotland.
    assert left_out("GB", 2026) == ({date(2026, 4, 6): 3, date(2026, 8, 31): 3}, 4)
    assert left_out(" GB-ENG ", 2026) == ({}, 0)
    days, parts = left_out("AU", 2026)
    assert days[date(2026, 12, 28)] == parts == 9
    assert left_out("US", 2026)[0] == left_out("NYSE", 2026)[0] == {}
    with pytest.raises(ValueError, match="'Atlantis' is unknown"):
        left_out("Atlantis", 2026)


def resolved(zone):
    return zone.rows("select * from resolved.domains order by 1"), zone.rows(
        "select * from resolved.names order by 1"
    )


def test_landed_texts_are_resolved_once_and_anew_when_the_lists_change(zone):
    zone.put("crm/accounts.csv", "account_id,name,domain\nA1,Acme Inc,www.Acme.com\nA2,Beta Oy,\n")
    zone.put(
        "account_mapping/crossbeam/partners.json",
        '{"data": [{"uuid": "g", "name": "Gamma Ltd", "domain": "https://gamma.io"}]}',
    )
    zone.land()
    counts = resolve(zone.con)
    assert (counts["domains"], counts["names"]) == (2, 3)
    domains, names = resolved(zone)
    assert domains == [
        ("https://gamma.io", "gamma.io", True),
        ("www.Acme.com", "acme.com", True),
    ]
    assert names == [("Acme Inc", "acme"), ("Beta Oy", "beta oy"), ("Gamma Ltd", "gamma")]
    zone.put("crm/accounts-2.csv", "account_id,name,domain\nA3,Acme Inc,new.com\n")
    zone.land()
    assert resolve(zone.con)["domains"] == 1
    assert resolve(zone.con)["names"] == 0
    zone.con.execute(
        "insert into policy.lists values ('customers.legal_forms', null, null, 9, 'oy')"
    )
    zone.con.execute(
        "insert into policy.lists values"
        " ('customers.shared_host_domains', null, null, 9, 'acme.com')"
    )
    assert resolve(zone.con)["domains"] == 3
    domains, names = resolved(zone)
    assert ("www.Acme.com", "acme.com", False) in domains
    assert ("Beta Oy", "beta") in names


def test_the_calendar_reaches_from_before_the_first_to_after_the_last_year(zone):
    header = "registration_id,partner_id,customer_name,submitted_at,via_form,is_renewal\n"
    rows = "R1,P1,Acme,2023-05-01T00:00:00Z,y,n\nR2,P1,Acme,9999-12-31T00:00:00Z,y,n\n"
    zone.put("deal_registration/registrations.csv", header + rows)
    zone.land()
    resolve(zone.con)
    # A year far off is a slip of the pen and gets no calendar.
    span = zone.rows("select min(day), max(day) from resolved.business_days")
    assert span == [(date(2022, 1, 1), date(2027, 12, 31))]


def test_a_policy_without_a_calendar_is_named(zone):
    zone.con.execute("delete from policy.parameter_values where parameter like 'program.holiday%'")
    with pytest.raises(LookupError, match=r"program\.holiday_calendar"):
        resolve(zone.con)
