"""Made-up names: companies, people, countries and their regions, web domains.

Belongs here: curated lists and the pure functions that draw from them.
Does not: who is in which program, or any figure.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator


def words(text: str) -> list[str]:
    """Words between blanks and line ends."""
    return text.split()


def phrases(text: str) -> list[str]:
    """The text between commas, with line ends folded."""
    return [part.strip() for part in " ".join(text.split()).split(",")]


COUNTRIES = (  # country, region, weight
    ("United States", "NAMER", 46),
    ("Canada", "NAMER", 9),
    ("United Kingdom", "EMEA", 9),
    ("Germany", "EMEA", 6),
    ("France", "EMEA", 4),
    ("Ireland", "EMEA", 2),
    ("Netherlands", "EMEA", 2),
    ("Spain", "EMEA", 2),
    ("Poland", "EMEA", 1),
    ("United Arab Emirates", "EMEA", 2),
    ("Australia", "APAC", 7),
    ("New Zealand", "APAC", 2),
    ("Singapore", "APAC", 2),
    ("Japan", "APAC", 2),
    ("Mexico", "LATAM", 2),
    ("Brazil", "LATAM", 2),
)
REGION = {country: region for country, region, _ in COUNTRIES}
TLD = {
    "Canada": "ca",
    "United Kingdom": "co.uk",
    "Germany": "de",
    "France": "fr",
    "Ireland": "ie",
    "Netherlands": "nl",
    "Spain": "es",
    "Poland": "pl",
    "Australia": "com.au",
    "New Zealand": "co.nz",
    "Japan": "co.jp",
    "Brazil": "com.br",
}
FORMS = {
    "Germany": "GmbH",
    "United Kingdom": "Ltd",
    "Ireland": "Ltd",
    "France": "SAS",
    "Netherlands": "BV",
    "Spain": "SL",
    "Australia": "Pty Ltd",
    "Japan": "KK",
    "Brazil": "SA",
    "Mexico": "SA de CV",
}

_PARTNER_FIRST = words("""
Alder Amber Anchor Apex Arbor Argent Ashlar Atlas Aurora Bastion Beacon Bedrock Birch Blue
Bright Bristle Cairn Canyon Cedar Chalk Cinder Clear Cobalt Copper Coral Crane Cross Datum
Delta Dovetail Drift East Elm Ember Falcon Fern Field Fjord Flint Forge Gable Garnet Girder
Glacier Gantry Granite Grid Harbor Haven Heron Hickory High Iron Ivory Juniper Keel Keystone
Lantern Lark Level Lintel Lumen Maple Marble Mason Meridian Mesa Mortise North Oak Opal
Orchard Osprey Pier Pine Plume Prairie Quarry Quill Rafter Redwood Ridge River Rowan Sable
Sandstone Sierra Silver Slate Solstice Span Spruce Stone Summit Tamarack Terra Thistle
Timber Trellis Truss Vale Vantage Vector Vertex Walnut West Willow Zenith Łódź Žižka
São-Bento Ångström Åsgard Überbau Élan Crème
""")
_PARTNER_LAST = phrases("""
Software, Systems, Labs, Analytics, Cloud, Logic, Works, Partners, Consulting, Technologies,
Data, Digital, Advisory, Solutions, Group, Networks, Field Apps, Integrations, Estimating,
Robotics, Scheduling, Safety, Payments, Insights
""")
_BUILDER_FIRST = words("""
Ainsworth Bellweather Brannigan Calloway Castellan Corrigan Dunmore Ellery Fairbanks
Fennimore Galloway Grantham Hadley Hartwell Holloway Ingram Jessup Kessler Kingsley Lachlan
Larkspur Lockwood Mallory Marchetti Merriweather Montrose Navarro Norwood Oakhurst Okafor
Pembroke Prescott Quimby Ramires Redfern Rosendahl Rutherford Sandoval Schönfeld Sinclair
Stanhope Tanaka Thornbury Underhill Valdés Vanterpool Wainwright Weatherby Whitlock Winslow
Yarrow Zamora Ibáñez Müller-Roth Béranger Nørgaard
""")
_BUILDER_LAST = words("""
Construction Builders Contracting Homes Civil Infrastructure Development Engineering
Mechanical Electric Concrete Steel Roofing Interiors Properties Constructors Paving
Utilities Masonry Design-Build Holdings Restoration
""")
_OWNER = phrases("""
School District, Medical Center, Port Authority, Water District, University, Transit Agency
""")
_GIVEN = words("""
Ana Amir Beatriz Chen Claire Dana Diego Elena Emeka Farah Felix Grace Hana Hugo Ingrid Isla
Jamal José Kaito Katya Lars Leila Luca Maeve Marta Mateo Mina Nadia Noah Olga Omar Priya
Quentin Rosa Ruth Samir Siobhán Sofía Tomás Uma Victor Wei Yara Zoë
""")
_FAMILY = words("""
Abbott Alvarez Bianchi Brandt Castillo Cohen Duarte Eriksen Fischer Fontaine Garcia Haddad
Hansen Ibrahim Ito Jansen Kaur Keller Kim Lindqvist Lopez MacLeod Mensah Moreau Murphy
Nguyen Novak O'Brien Okoye Park Patel Petrov Quinn Reyes Rossi Sato Schmidt Silva Tanaka
Torres Vogel Walsh Weber Yilmaz
""")
_SPECIAL = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "&": "and"})


def slug(name: str) -> str:
    """Lower-case ASCII letters and digits of a name, for domains and addresses."""
    plain = unicodedata.normalize("NFKD", name.translate(_SPECIAL))
    return "".join(c for c in plain.lower() if c.isascii() and c.isalnum())


def country(rng: random.Random) -> str:
    """A country, by weight."""
    return rng.choices(COUNTRIES, weights=[weight for _, _, weight in COUNTRIES])[0][0]


def domain(name: str, where: str) -> str:
    """A registrable domain for a company of that name and country."""
    return f"{slug(name)}.{TLD.get(where, 'com')}"


def partner_names(rng: random.Random) -> Iterator[str]:
    """Distinct partner names, without end (a numbered second round after some thousands)."""
    names = [f"{first} {last}" for first in _PARTNER_FIRST for last in _PARTNER_LAST]
    yield from _endless(rng, names)


def builder_names(rng: random.Random) -> Iterator[str]:
    """Distinct names of customers, builders and contractors."""
    names = [f"{first} {last}" for first in _BUILDER_FIRST for last in _BUILDER_LAST]
    yield from _endless(rng, names)


def owner_names(rng: random.Random) -> Iterator[str]:
    """Distinct names of public owners, none of which a builder has."""
    yield from _endless(rng, [f"{first} {last}" for first in _BUILDER_FIRST for last in _OWNER])


def _endless(rng: random.Random, names: list[str]) -> Iterator[str]:
    rng.shuffle(names)
    round_ = 1
    while True:
        for name in names:
            yield name if round_ == 1 else f"{name} {round_}"
        round_ += 1


def person(rng: random.Random) -> str:
    """A person's name."""
    return f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"


def email(name: str, host: str) -> str:
    """An address for a person at a domain."""
    first, _, family = name.partition(" ")
    return f"{slug(first)}.{slug(family)}@{host}"
