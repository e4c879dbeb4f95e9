"""Deal registrations and protected accounts (section 7), as of a day.

Belongs here: identity of end customers, checks, states, recommendation, protection.
Does not belong here: names and domains themselves (names.py).
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from .constants import (
    APPROVAL_DAYS,
    EXTENSION_DAYS,
    NAMES_PER_DOMAIN,
    RESPONSE_DAYS,
    UNANSWERED_BLOCKS_DAYS,
    WON_BLOCKS_DAYS,
)
from .dates import add_business_days, local_date
from .moves import holder
from .names import normalised, usable

HOLDS = ("submitted", "approved", "extended", "closed_won")
FINAL = ("rejected", "closed_won", "closed_lost", "withdrawn")


def identity(name: str, domain: str | None, country: str | None, of_many=frozenset()) -> tuple:
    """(usable domain or None, normalised name, country); `of_many`: domains that name nobody."""
    usable_domain = usable(domain)
    return (
        None if usable_domain in of_many else usable_domain,
        normalised(name),
        (country or "").strip().upper(),
    )


def domains_of_many(facts, as_of: date) -> frozenset[str]:
    """Domains that five or more unlike names share, in accounts and what was registered by then."""
    names = defaultdict(set)
    for r in facts.of("registrations"):
        if local_date(r["submitted_at"]) <= as_of:
            names[usable(r["customer_domain"])].add(normalised(r["customer_name"]))
    for a in facts.of("accounts"):
        names[usable(a["domain"])].add(normalised(a["name"]))
    return frozenset(d for d, many in names.items() if d and len(many) >= NAMES_PER_DOMAIN)


def end_customer_id(who: tuple) -> str:
    return f"d:{who[0]}" if who[0] else f"n:{who[1]}|{who[2]}"


def match(a: tuple, b: tuple) -> str | None:
    """`same`, `possible` or None."""
    if a[0] and a[0] == b[0]:
        return "same"
    if a[1] != b[1]:
        return None
    if not a[0] and not b[0] and a[1] and a[2] and a[2] == b[2]:
        return "same"
    return "possible"


def past(rival: "Deal", then: dict, day: date) -> bool:
    """Whether the rival stood unanswered for more than 90 days, or was won more than 365 before."""
    if then["state"] == "submitted":
        return (day - rival.day).days > UNANSWERED_BLOCKS_DAYS
    return then["state"] == "closed_won" and (day - then["ended"]).days > WON_BLOCKS_DAYS


class Deal:
    """One registration with its life as far as a moment."""

    def __init__(self, row: dict, events: list[dict], facts, of_many=frozenset()):
        self.row, self.id = row, row["registration_id"]
        self.at: datetime = row["submitted_at"]
        self.day = local_date(self.at)
        self.facts, self.partner = facts, holder(facts, row["partner_id"], self.day)
        self.who = identity(row["customer_name"], row["customer_domain"], row["country"], of_many)
        self.events = sorted(events, key=lambda e: (e["occurred_at"], e["event"]))

    def held(self, day: date) -> str:
        """Who holds the registration on a day, where its partner became one with another."""
        return holder(self.facts, self.row["partner_id"], day)

    def life(self, until: datetime | None, day: date) -> dict:
        """State after the events not later than `until` (an instant) and `day` (local)."""
        state, approved_on, expires, requested, extended, ended = (
            "submitted",
            None,
            None,
            [],
            False,
            None,
        )
        for e in self.events:
            on, kind = local_date(e["occurred_at"]), e["event"]
            if on > day or (until is not None and e["occurred_at"] > until) or state in FINAL:
                continue
            lapsed = expires is not None and on > expires
            if kind == "extension_requested":
                requested.append(on)
            elif kind == "approved" and approved_on is None:
                state, approved_on = "approved", on
                expires = on + timedelta(days=APPROVAL_DAYS)
            elif kind == "extended" and expires and not extended:
                if not lapsed or any(a <= expires for a in requested):
                    state, extended = "extended", True
                    expires += timedelta(days=EXTENSION_DAYS)
            elif (
                (kind == "rejected" and not lapsed)
                or (kind == "withdrawn" and not lapsed)
                or (kind in ("closed_won", "closed_lost") and approved_on and not lapsed)
            ):
                state, ended = kind, on
        if state in ("approved", "extended") and expires < day:
            state = "expired"
        return {"state": state, "approved_on": approved_on, "expires": expires, "ended": ended}


class Deals:
    """All registrations submitted by the as-of day, judged against each other."""

    def __init__(self, ledger, as_of: date):
        self.ledger, self.facts, self.as_of = ledger, ledger.facts, as_of
        events = defaultdict(list)
        for e in self.facts.of("registration_events"):
            events[e["registration_id"]].append(e)
        many = domains_of_many(self.facts, as_of)
        deals = [
            Deal(r, events[r["registration_id"]], self.facts, many)
            for r in self.facts.of("registrations")
        ]
        self.deals = [d for d in deals if d.day <= as_of]
        self.accounts = {
            a["account_id"]: identity(a["name"], a["domain"], a["country"], many)
            for a in self.facts.of("accounts")
        }
        self.crm = {"accounts", "opportunities"} <= self.facts.covered
        self.others = {d.id: self.other_checks(d) for d in self.deals}

    def direct(self, deal: Deal):
        """(opportunity, match) of direct opportunities on the customer."""
        for o in self.facts.of("opportunities"):
            matched = match(deal.who, self.accounts.get(o["account_id"], ("", object(), "")))
            if o["channel"] == "direct" and matched:
                yield o, matched

    def other_checks(self, d: Deal) -> dict[str, str]:
        """Every check but DEAL-NOT-TAKEN: pass, fail or doubt, at submission."""
        published = d.row["procurement_published_on"]
        matches = {
            m
            for o, m in self.direct(d)
            if o["created_on"] <= d.day and (o["closed_on"] is None or o["closed_on"] >= d.day)
        }
        direct = "fail" if "same" in matches else "doubt" if matches or not self.crm else "pass"
        return {
            "DEAL-REGISTER": _of((d.partner, "reseller") in self.ledger.enrolled(d.day)),
            "DEAL-FORM": _of(d.row["via_form"]),
            "DEAL-NOT-DIRECT": direct,
            "DEAL-NOT-RENEWAL": _of(not d.row["is_renewal"]),
            "DEAL-NOT-PUBLISHED": _of(published is None or published > d.day),
            "DEAL-PRESALES": _of(bool((d.row["presales_description"] or "").strip())),
        }

    def passed(self, d: Deal) -> bool:
        return set(self.others[d.id].values()) == {"pass"}

    def dropped(self, d: Deal) -> bool:
        """Rejected, or withdrawn without ever being approved, by the as-of day."""
        life = d.life(None, self.as_of)
        unapproved = life["state"] == "withdrawn" and life["approved_on"] is None
        return life["state"] == "rejected" or unapproved

    def taken(self, d: Deal) -> tuple[str, str | None]:
        """(pass, fail or doubt; the earliest rival that blocks) of DEAL-NOT-TAKEN."""
        if any(
            e["event"] == "approved"
            and e["legal_exception"]
            and local_date(e["occurred_at"]) <= self.as_of
            for e in d.events
        ):
            return "pass", None
        blocks, doubt = [], False
        for rival in self.deals:
            matched = match(d.who, rival.who)
            if rival.held(d.day) == d.partner or not matched or self.dropped(rival):
                continue
            if self.gone(rival.held(d.day), d.day):
                continue
            if rival.at == d.at:
                doubt |= self.passed(rival) and self.passed(d)
            elif rival.at < d.at:
                then = rival.life(d.at, d.day)
                valid = self.passed(rival) or then["approved_on"] is not None
                if then["state"] in HOLDS and valid and not past(rival, then, d.day):
                    if matched == "same":
                        blocks.append((rival.at, rival.id))
                    else:
                        doubt = True
        if blocks:
            return "fail", min(blocks)[1]
        return ("doubt" if doubt else "pass"), None

    def gone(self, partner: str, day: date) -> bool:
        """Terminated, or once a reseller and no longer one, by the day."""
        was = any(
            e["partner_id"] == partner and e["program"] == "reseller" and e["enrolled_on"] <= day
            for e in self.facts.of("enrollments")
        )
        still = any(
            e["partner_id"] == partner
            and e["program"] == "reseller"
            and e["enrolled_on"] <= day
            and (e["ended_on"] is None or e["ended_on"] > day)
            for e in self.facts.of("enrollments")
        )
        return self.ledger.terminated(partner, day) or (was and not still)

    def rows(self) -> list[dict]:
        out = []
        for d in self.deals:
            taken, blocked_by = self.taken(d)
            checks = {**self.others[d.id], "DEAL-NOT-TAKEN": taken}
            failed = sorted(k for k, v in checks.items() if v == "fail")
            doubt = sorted(k for k, v in checks.items() if v == "doubt")
            life = d.life(None, self.as_of)
            respond_by = add_business_days(d.day, RESPONSE_DAYS)
            out.append(
                {
                    "registration_id": d.id,
                    "partner_id": d.held(self.as_of),
                    "end_customer_id": end_customer_id(d.who),
                    "recommendation": "reject" if failed else "review" if doubt else "approve",
                    "reasons": failed or doubt,
                    "state": life["state"],
                    "respond_by": respond_by,
                    "responded_late": self.late(d, respond_by),
                    "approval_expires_on": life["expires"],
                    "blocked_by": blocked_by,
                }
            )
        return out

    def late(self, d: Deal, respond_by: date) -> bool:
        days = {
            kinds: min(
                (
                    on
                    for e in d.events
                    if e["event"] in kinds and (on := local_date(e["occurred_at"])) <= self.as_of
                ),
                default=None,
            )
            for kinds in (("approved", "rejected"), ("withdrawn",))
        }
        answered, withdrawn = days.values()
        in_time = withdrawn is not None and withdrawn <= respond_by
        if in_time and (answered is None or answered > withdrawn):
            return False
        if answered is not None:
            return answered > respond_by
        return self.as_of > respond_by and (withdrawn is None or withdrawn > respond_by)

    def protected(self) -> list[dict]:
        """A span for each approval: from its day to its expiry, or its end if sooner."""
        out = []
        for d in self.deals:
            life = d.life(None, self.as_of)
            if life["approved_on"] is None:
                continue
            start, end = life["approved_on"], min(life["expires"], life["ended"] or date.max)
            inside = [
                (o["created_on"], o["opportunity_id"])
                for o, m in self.direct(d)
                if m == "same" and start <= o["created_on"] <= min(end, self.as_of)
            ]
            out.append(
                {
                    "end_customer_id": end_customer_id(d.who),
                    "registration_id": d.id,
                    "partner_id": d.held(self.as_of),
                    "protected_from": start,
                    "protected_to": end,
                    "direct_opportunity_id": min(inside)[1] if inside else None,
                }
            )
        return out


def _of(good: bool) -> str:
    return "pass" if good else "fail"
