"""Partners that merge, people who move, apps that are sold (section 4).

Belongs here: who holds what on a day. Does not belong here: any figure over it.
"""

from collections import defaultdict
from datetime import date, timedelta

from .dates import local_date

DAY = timedelta(days=1)


def successions(facts) -> dict[str, tuple[str, date]]:
    """partner -> (successor, first day), rings left out whole."""
    stated = {
        s["partner_id"]: (s["successor_id"], s["effective_on"])
        for s in facts.of("partner_successions")
    }

    def in_ring(partner: str) -> bool:
        passed, at = set(), partner
        while at in stated and at not in passed:
            passed.add(at)
            at = stated[at][0]
            if at == partner:
                return True
        return False

    return {p: s for p, s in stated.items() if not in_ring(p)}


def holder(facts, partner: str, day: date) -> str:
    """Who holds on a day what was the partner's: along the chain, as far as it reaches by then."""
    known = successions(facts)
    while partner in known and known[partner][1] <= day:
        partner = known[partner][0]
    return partner


def members(facts, partner: str, day: date) -> list[str]:
    """The partner and those that have merged into it by the day; nobody once it has merged into
    another."""
    everybody = {partner, *successions(facts)}
    return [p for p in everybody if holder(facts, p, day) == partner]


def held(facts, entity: str, partner: str, day: date) -> list[dict]:
    """Rows of an entity that moves: the partner's own and those of its members at the day."""
    whose = set(members(facts, partner, day))
    return [r for r in facts.of(entity) if r["partner_id"] in whose]


def stints(facts) -> list[dict]:
    """Contact rows with `until`: stated, or the day before the next partner's row begins.

    A row replaced by one of its own partner that begins later stays as it was where the contact
    was with another partner in between: it came back.
    """
    order = {id(row): place for place, (_, _, row) in enumerate(facts.history["contacts"])}
    current = facts.of("contacts")
    by_contact = defaultdict(list)
    for row in current:
        by_contact[row["contact_id"]].append(row)
    kept = {}
    for _, _, old in facts.history["contacts"]:
        mine = by_contact[old["contact_id"]]
        now = next((r for r in mine if r["partner_id"] == old["partner_id"]), None)
        if now is None or old is now:
            continue
        others = [r["active_from"] for r in mine if r["partner_id"] != old["partner_id"]]
        if any(old["active_from"] < day <= now["active_from"] for day in others):
            kept[old["contact_id"], old["partner_id"]] = old  # the latest such version
    rows = [*current, *kept.values()]
    out = []
    by_contact = defaultdict(list)
    for row in rows:
        by_contact[row["contact_id"]].append(row)
    for career in by_contact.values():
        career.sort(key=lambda r: (r["active_from"], order[id(r)]))
        for row, following in zip(career, [*career[1:], None], strict=True):
            ends = [row["active_to"]]
            ends += [following["active_from"] - DAY] if following else []
            out.append({**row, "until": min((e for e in ends if e), default=None)})
    return out


def present(stint: dict, day: date) -> bool:
    """Both ends of the span included."""
    return stint["active_from"] <= day and (stint["until"] is None or day <= stint["until"])


class Team:
    """The people of a partner as of a day: who is one person, and who is there."""

    def __init__(self, facts, partner: str, day: date):
        whose = set(members(facts, partner, day))
        self.day = day
        self.stints = [s for s in facts.stints if s["partner_id"] in whose]
        self.one = {s["contact_id"]: s["contact_id"] for s in self.stints}
        for _ in self.stints:  # contacts of one address are one person, however long the chain
            for a in self.stints:
                for b in self.stints:
                    if address(a) and address(a) == address(b):
                        first = min(self.one[a["contact_id"]], self.one[b["contact_id"]])
                        self.one[a["contact_id"]] = self.one[b["contact_id"]] = first

    def active(self) -> set[str]:
        return {self.one[s["contact_id"]] for s in self.stints if present(s, self.day)}

    def of(self, contact: str) -> str | None:
        return self.one.get(contact)


def address(contact: dict) -> str:
    return (contact["email"] or "").strip().lower()


def owners(facts) -> dict[str, list[tuple[date | None, str]]]:
    """app -> [(first day or None from the beginning, partner that its rows name)], in order.

    A row with `owned_from` begins there. One without is the app's first owner where it comes in the
    app's first delivery; otherwise, if it names another partner than the statement before, it
    counts from the day after its receipt. In a delivery that names several partners for an app,
    only one that it names for the first time counts; repetitions state nothing.
    """
    current = {(r["app_id"], r["partner_id"]): r for r in facts.of("apps")}
    order = {id(row): place for place, (_, _, row) in enumerate(facts.history["apps"])}
    deliveries = defaultdict(dict)  # app -> (received, file) -> rows in order
    for received, name, row in facts.history["apps"]:
        deliveries[row["app_id"]].setdefault((received, name), []).append(row)
    out = {}
    for app, by_delivery in deliveries.items():
        mine = {p: r for (a, p), r in current.items() if a == app}
        dated = {p: r["owned_from"] for p, r in mine.items()}
        # Of two that begin on one day, one with a stated day wins, else the one delivered later.
        spans = [(day, p, order[id(mine[p])]) for p, day in dated.items() if day]
        known, owner = set(), None
        for number, ((received, _), rows) in enumerate(by_delivery.items()):
            named = list(dict.fromkeys(r["partner_id"] for r in rows))
            fresh = [p for p in named if p not in known]
            known |= set(named)
            open_ = [p for p in named if dated.get(p) is None]
            if number == 0:
                owner = open_[0] if open_ else None
                if owner:
                    spans.append((None, owner, -1))
                fresh = [p for p in fresh if p in open_ and p != owner]
                stated = fresh[-1] if fresh else None
            elif len(named) == 1:
                stated = named[0] if named[0] in open_ else None
            else:
                fresh = [p for p in fresh if p in open_]
                stated = fresh[-1] if fresh else None
            if stated and stated != owner:
                spans.append((local_date(received) + DAY, stated, -1))
                owner = stated
        spans.sort(key=lambda s: (s[0] or date.min, s[2]))
        out[app] = [(day, p) for day, p, _ in spans]
    return out
