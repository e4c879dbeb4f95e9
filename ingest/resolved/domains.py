"""From a landed text to the registrable domain that it means.

Belongs here: URLs, upper case, internationalised names, the public suffix list with its private
part, and whether a domain identifies one company. Does not: comparing customers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import idna
import tldextract

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_HOST = 253
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//")


def host_of(text: str) -> str | None:
    """The host of a domain, URL or mail address, lower case, without a final dot; else None."""
    rest = SCHEME.sub("", text.strip().lower())
    rest = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":[0-9]*$", "", rest).strip().rstrip(".\u3002")
    # More than one word is a sentence or a list, never one host.
    return host if host and not re.search(r"[\s,;<>\"']", host) else None


def _ascii(host: str) -> str | None:
    """A host in the ASCII form of internationalised names; None when it is not a host name."""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode()
        except (idna.IDNAError, UnicodeError):
            return None
    return host if len(host) <= LONGEST_HOST else None


def _shown(domain: str) -> str:
    """A domain as people write it: `xn--` labels decoded where they can be."""
    try:
        return idna.decode(domain) if "xn--" in domain else domain
    except (idna.IDNAError, UnicodeError):
        return domain


@cache
def _suffixes(*, private: bool) -> tldextract.TLDExtract:
    """Reads by the list that ships with the library, which takes a while to be put in order."""
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private
    )


class Domains:
    """Reads domains, with lists of hosts under which a domain does not identify one company.

    Semantics 7, "Usable": registrable under the public suffix list with private suffixes, and not a
    mail provider's or host's; domains under one are not usable either. An entry such as
    `blogspot.*` means that name under every public suffix. The suffix list that ships with the
    library is used; nothing is fetched.
    """

    def __init__(self, unusable: Iterable[str]) -> None:
        entries = frozenset(entry.strip().lower().strip(".") for entry in unusable)
        self._everywhere = frozenset(e.removesuffix(".*") for e in entries if e.endswith(".*"))
        self._unusable = frozenset(entry for entry in entries if not entry.endswith(".*"))
        self._public, self._extract = _suffixes(private=False), _suffixes(private=True)

    def _listed(self, host: str) -> bool:
        labels = host.split(".")
        if self._everywhere and self._public(host).domain in self._everywhere:
            return True
        return any(".".join(labels[i:]) in self._unusable for i in range(len(labels)))

    def resolve(self, text: str) -> tuple[str | None, bool]:
        """(registrable domain or None, whether it is usable) of one landed text."""
        host = host_of(text)
        plain = _ascii(host) if host else None
        if plain is None:
            return None, False
        extracted = self._extract(plain)
        if not extracted.domain or not extracted.suffix:
            return None, False
        domain = f"{extracted.domain}.{extracted.suffix}"
        if not all(LABEL.fullmatch(label) for label in domain.split(".")):
            return None, False
        shown = _shown(domain)
        return shown, not (self._listed(plain) or self._listed(domain) or self._listed(shown))
