"""Who an end customer is: registrable domains and normalised names (section 7).

Belongs here: text to identity. Does not belong here: comparison of registrations.
"""

import unicodedata
from functools import cache

from .constants import EVERYWHERE, FREE_MAIL, LEGAL_FORMS, SHARED_HOSTS, UNDER


@cache
def _extractor():
    import tldextract

    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


@cache
def registrable(domain: str | None) -> str | None:
    """The registrable domain under the public suffix list, private suffixes included."""
    if not domain:
        return None
    got = _extractor()(domain.strip().lower())
    return f"{got.domain}.{got.suffix}" if got.domain and got.suffix else None


@cache
def usable(domain: str | None) -> str | None:
    """The registrable domain, unless it is a free-mail or shared host or lies under one."""
    base = registrable(domain)
    if base is None:
        return None
    host = (domain or "").strip().lower()
    if any(host == under or host.endswith("." + under) for under in UNDER):
        return None
    if EVERYWHERE & set(host.split(".")[:-1]):
        return None
    for host in FREE_MAIL | SHARED_HOSTS:
        if base == host or base.endswith("." + host):
            return None
    return base


@cache
def normalised(name: str | None) -> str:
    """NFKD without marks, lower case, & as and, punctuation blank, trailing legal forms off."""
    text = unicodedata.normalize("NFKD", name or "")
    text = "".join(c for c in text if not unicodedata.combining(c)).lower().replace("&", " and ")
    words = "".join(c if c.isalnum() else " " for c in text).split()
    while (n := _trailing_form(words)) and n < len(words):
        words = words[:-n]
    return " ".join(words)


def _trailing_form(words: list[str]) -> int:
    """How many words at the end make one legal form; single letters stand for a dotted one."""
    for n in range(min(4, len(words)), 1, -1):
        tail = words[-n:]
        if all(len(w) == 1 for w in tail) and "".join(tail) in LEGAL_FORMS:
            return n
    return 1 if words and words[-1] in LEGAL_FORMS else 0
