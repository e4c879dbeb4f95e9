"""What a random partner shows: papers, people, conduct, marketing, and what was decided on it.

Belongs here: landed records of one partner. Does not belong here: who the partners are and the
order of generation (programs.py), sales, apps, deals.
"""

from datetime import date, timedelta

from .constants import REQUIRED_AGREEMENTS, REQUIREMENTS
from .dates import anniversary, month_end


def papers(c, partner: str) -> None:
    rng, ids = c.rng, []
    mine = {prog: day for (p, prog), day in c.enrolled.items() if p == partner}
    kinds = {k for prog in mine for k in REQUIRED_AGREEMENTS.get(prog, ["framework"])}
    start = min(mine.values())
    careful = partner in c.careful

    def sign(kind, version, on, ended=None):
        ids.append(c.land.id("A"))
        c.land.put(
            "agreements",
            agreement_id=ids[-1],
            partner_id=partner,
            agreement_type=kind,
            version=version,
            executed_on=on,
            ended_on=ended,
            redlined=not careful and c.chance(0.1),
        )

    for kind in sorted(kinds):
        if careful or c.chance(0.92):
            version = rng.choices(["2023.1", "2025.1", "2021.4"], [60, 30, 0 if careful else 10])[0]
            on = start if careful else rng.choice([start, start, c.period_edge(), c.some_day()])
            ended = c.period_edge() if not careful and c.chance(0.12) else None
            sign(kind, version, on, ended if ended and ended > on else None)
        if c.chance(0.97 if careful else 0.4):
            sign(kind, "2025.1", c.near(date(2025, 7, 1), 40))
    c.agreements[partner] = ids
    if "reseller" in mine and ids and c.chance(0.45):
        for agreement in rng.sample(ids, min(len(ids), rng.choice([1, 1, 1, 2]))):
            a = c.period_edge() if c.chance(0.5) else date(c.first, 1, 1)
            b = rng.choice([None, None, max(a, c.period_edge())])
            value = rng.choice(["60000", "99999.9999", "100000.0001", "150000", "0", "25000.5"])
            c.land.put(
                "agreement_terms",
                agreement_id=agreement,
                effective_from=a,
                effective_to=b,
                parameter="reseller.minimum_arr_usd",
                value=value,
            )


def people(c, partner: str) -> None:
    rng, contacts, careful = c.rng, [], partner in c.careful
    for n in range(rng.randint(3 if careful else 1, 5)):
        role = (
            "partnership_manager"
            if n == 0 and (careful or c.chance(0.85))
            else rng.choice(["sales", "technical_sales", "support", "executive", "other"])
        )
        contact = c.land.id("C")
        email = rng.choice(
            [None, f"{contact.lower()}@x{partner[-1]}.com", f"same@{partner[1:3]}.com"]
        )
        start = rng.choice([date(c.first, 1, 1), date(c.first, 1, 1), c.some_day()])
        to = c.period_edge() if c.chance(0.2) else None
        if careful and n < 3 and c.chance(0.9):
            start, to, email = date(c.first, 1, 1), None, f"{contact.lower()}@ok.com"
        c.land.put(
            "contacts",
            contact_id=contact,
            partner_id=partner,
            name=f"Person {contact}",
            email=email,
            role=role,
            active_from=start,
            active_to=to if to and to >= start else None,
        )
        contacts.append(contact)
    programs = {prog for (p, prog) in c.enrolled if p == partner}
    tracks = ["other"]
    tracks += ["sales", "technical_sales"] * 2 if "reseller" in programs else []
    tracks += ["services_certification"] * 2 if "services" in programs else []
    for track in tracks:
        done = rng.choice([c.some_day(), date(c.first, 3, 1), None])
        done = date(c.first, 3, 1) if careful and c.chance(0.8) else done
        expires = None
        if done and c.chance(0.1 if careful else 0.4):
            expires = rng.choice([c.period_edge(), anniversary(done, 12), anniversary(done, 24)])
        c.land.put(
            "trainings",
            training_id=c.land.id("T"),
            partner_id=partner,
            track=track,
            contact_id=rng.choice(contacts),
            course=f"{track} course",
            enrolled_on=date(c.first, 1, 5),
            completed_on=done,
            expires_on=expires,
            passed=(careful and c.chance(0.8)) or rng.choice([True, True, True, False, None]),
        )


def conduct(c, partner: str) -> None:
    weights = [92, 6, 2] if partner in c.careful else [60, 30, 10]
    for _ in range(c.rng.choices([0, 1, 2], weights)[0]):
        opened = c.some_day()
        outcome = c.rng.choice(["open", "dismissed", "upheld", "upheld"])
        closed = max(opened, c.period_edge()) if c.chance(0.7) and outcome != "open" else None
        c.land.put(
            "conduct_cases",
            case_id=c.land.id("K"),
            partner_id=partner,
            opened_on=opened,
            closed_on=closed,
            severity=c.rng.choice(["minor", "major", "severe"]),
            outcome=outcome,
            note="a, b; c",
        )


def marketing(c, partner: str) -> None:
    rng = c.rng
    if partner in c.careful and c.chance(0.8):
        on = date(c.first, rng.choice([2, 3]), rng.choice([1, 2, 28]))
        c.land.put(
            "marketing_activities",
            activity_id=c.land.id("M"),
            partner_id=partner,
            kind="news",
            announces_certification=True,
            occurred_on=on,
            submitted_on=on,
            status="approved",
            decided_on=on,
        )
    for _ in range(rng.randint(0, 7)):
        on = c.some_day()
        status = rng.choices(["approved", "submitted", "rejected"], [75, 15, 10])[0]
        decided = rng.choice([None, on, c.period_edge(), on + timedelta(days=9)])
        c.land.put(
            "marketing_activities",
            activity_id=c.land.id("M"),
            partner_id=partner,
            kind="post",
            announces_certification=c.chance(0.5),
            occurred_on=on,
            submitted_on=on,
            status=status,
            decided_on=None if status == "submitted" else decided,
        )
    for _ in range(rng.randint(0, 2)):
        c.land.put(
            "customer_references",
            reference_id=c.land.id("R"),
            partner_id=partner,
            customer_name="Ref Co",
            provided_on=c.some_day(),
            status=rng.choice(["offered", "accepted", "withdrawn"]),
        )
    for y in range(c.first, c.year + 1):
        if c.chance(0.85):
            whole = c.chance(0.98 if partner in c.careful else 0.7)
            c.land.put(
                "business_plans",
                plan_id=c.land.id("B"),
                partner_id=partner,
                plan_year=y,
                submitted_on=c.near(date(y, 1, 31)) if c.chance(0.3) else date(y, 1, 9),
                has_financial_targets=whole or c.chance(0.5),
                has_goals=True,
                has_marketing_activities=whole or c.chance(0.5),
            )
    if c.chance(0.3):
        c.land.put(
            "marketing_plans",
            plan_id=c.land.id("MP"),
            partner_id=partner,
            submitted_on=c.some_day(),
            status="approved",
        )
    if c.chance(0.6):
        c.land.put(
            "partner_listings",
            partner_id=partner,
            provided_on=c.some_day(),
            company_information=rng.choice([None, "We build.", "We build."]),
            logo_url=rng.choice([None, "https://x.com/l.png", "https://x.com/l.png"]),
            logo_width_px=rng.choice([None, 399, 400, 401]),
        )


def decisions(c, partner: str) -> None:
    rng = c.rng
    mine = [prog for (p, prog) in c.enrolled if p == partner]
    if "technology" in mine:
        for tier_year in range(c.first + 1, c.year + 2):
            if c.chance(0.35):
                status = rng.choices(
                    ["invited", "accepted", "declined", "withdrawn"], [35, 45, 10, 10]
                )[0]
                c.land.put(
                    "premier_invitations",
                    partner_id=partner,
                    tier_year=tier_year,
                    status=status,
                    decided_on=c.near(date(tier_year, 1, 31)),
                    decided_by="VP",
                    sponsor="CPO",
                    rationale="strategy",
                )
    for program in mine:
        ids = [r[0] for r in REQUIREMENTS if r[1] == program]
        ids += ["bidirectional_flow"] * 4 if program == "technology" else []
        for _ in range(rng.choice([0, 0, 1, 2])):
            if ids:
                a = c.some_day()
                c.land.put(
                    "waivers",
                    waiver_id=c.land.id("W"),
                    partner_id=partner,
                    program=program,
                    requirement=rng.choice(ids),
                    valid_from=a,
                    valid_to=max(a, rng.choice([c.period_edge(), date(c.year, 12, 31)])),
                    granted_by="GM",
                    reason="agreed",
                )
        if c.chance(0.15):
            y = rng.randint(c.first, c.year)
            half, end = rng.choice([("H1", date(y, 6, 30)), ("H2", date(y, 12, 31))])
            c.land.put(
                "governance_decisions",
                review=f"{y}-{half}",
                partner_id=partner,
                program=program,
                decided_on=end + timedelta(days=rng.randint(1, 40)),
                decision=rng.choice(["maintain", "remediate", "change_benefits", "end_status"]),
                decided_by="board",
                rationale="talked",
            )
    if c.chance(0.1):
        c.land.put(
            "summit_invitations",
            partner_id=partner,
            summit_year=c.year,
            decided_by="VP",
            decided_on=month_end(date(c.year, 3, 1)),
        )
