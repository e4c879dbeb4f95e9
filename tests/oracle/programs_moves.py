"""Who moves in a random program: people between partners, apps, partners into one another.

Belongs here: rows that name somebody anew, at and beside the ends of periods. Does not belong here:
what they had before (programs.py, programs_apps.py).
"""

from datetime import timedelta

from .programs_usage import call, midnight


def people(c) -> None:
    """Some contacts are delivered again under another partner, some of them come back."""
    for row in list(c.land.rows["contacts"]):
        if len(c.partners) < 2 or not c.chance(0.03 if row["partner_id"] in c.careful else 0.15):
            continue
        other = c.rng.choice([p for p in c.partners if p != row["partner_id"]])
        day = c.rng.choice([c.period_edge(), c.some_day(), row["active_from"]])
        email = c.rng.choice([None, row["email"], f"same@{other[1:3]}.com"])
        to = c.period_edge() if c.chance(0.2) else None
        to = to if to and to >= day else None
        c.land.put(
            "contacts",
            **{**row, "partner_id": other, "active_from": day, "active_to": to, "email": email},
        )
        if c.chance(0.25):
            back = c.near(day + timedelta(days=c.rng.choice([1, 30, 200])))
            c.land.put("contacts", **{**row, "active_from": back, "active_to": None})
    # Courses that name any partner: they follow their person.
    for row in c.land.rows["trainings"]:
        if c.chance(0.1):
            row["partner_id"] = c.rng.choice(c.partners)


def apps(c) -> None:
    """Some apps are sold: on a stated day, or by a row that names another partner."""
    for row in list(c.land.rows["apps"]):
        if len(c.partners) < 2 or not c.chance(0.25):
            continue
        other = c.rng.choice([p for p in c.partners if p != row["partner_id"]])
        stated = c.chance(0.75)
        day = c.rng.choice([c.period_edge(), c.some_day(), row["first_launched_on"]])
        tidy = c.chance(0.6)
        c.land.put(
            "apps",
            **{
                **row,
                "partner_id": other,
                "owned_from": day if stated else None,
                "first_launched_on": c.rng.choice([None, row["first_launched_on"]]),
                "description": "x" if tidy else None,
                "logo_url": "https://x.com/l.png" if tidy else None,
                "declared_data_flow": c.rng.choice(["pull", "push", "bidirectional", None]),
            },
        )
        if c.chance(0.5):
            c.land.put(
                "enablement_materials",
                material_id=c.land.id("E"),
                partner_id=other,
                app_id=c.rng.choice([row["app_id"], None]),
                kind=c.rng.choice(["training", "support"]),
                verified_on=c.period_edge(),
            )
        for at in (midnight(day), midnight(day) - timedelta(seconds=1)) if stated and day else ():
            call(c, row["app_id"], c.rng.choice(["co0", "co1"]), at, "GET")


def successions(c) -> None:
    """Partners acquired at the edges of periods: pairs, chains and now and then a ring."""
    if len(c.partners) < 3 or not c.chance(0.6):
        return
    ring = c.chance(0.15)
    count = c.rng.choice([1, 1, 2, 3])
    chosen = c.rng.sample(c.partners, min(count + 1, len(c.partners)))
    for place, partner in enumerate(chosen):
        following = chosen[place + 1 :] or (chosen[:1] if ring else [])
        if not following:
            continue
        # Into the next of the chain, or several into one.
        successor = following[0] if ring or c.chance(0.7) else following[-1]
        day = c.rng.choice([c.period_edge(), c.period_edge(), c.some_day()])
        c.land.put(
            "partner_successions", partner_id=partner, successor_id=successor, effective_on=day
        )
