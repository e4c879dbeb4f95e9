"""A person's day: its lists, whose they are, how they are printed.

Belongs here: scoring.today over a warehouse by hand. Does not: what is an action (test_actions.py).
"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from rich.console import Console

from orchestration.cli.drawing.today import draw_today
from scoring.actions.table import write_actions
from scoring.run import write_decisions
from scoring.today import NoSuchOwner, today
from tests.scoring.hand_warehouse import enrol, put, warehouse

DAY = date(2025, 3, 12)


@pytest.fixture
def con():
    built = warehouse()
    enrol(built, "p", "reseller", date(2025, 2, 10), "Partner")
    write_decisions(built)
    put(
        built,
        "staging.stg_deal_registration__registrations",
        {
            "registration_id": "g1",
            "partner_id": "p",
            "customer_name": "Customer",
            "submitted_at": datetime(2025, 3, 3, 20),
        },
    )
    put(
        built,
        "staging.stg_partner_activity__agreements",
        {
            "agreement_id": "a1",
            "partner_id": "p",
            "agreement_type": "framework",
            "version": "2023.1",
            "executed_on": date(2024, 12, 1),
            "ended_on": date(2025, 4, 30),
        },
    )
    yield built
    built.close()


def test_what_is_due_stands_apart_from_what_is_not(con):
    plain = today(con, DAY).as_dict()
    assert [(row["list"], str(row["due_on"])) for row in plain["items"]] == [
        ("due", "2025-03-10"),
        ("later", "2025-04-30"),
    ]
    assert plain["counts"] == {"due": 1, "later": 1, "waiting": 0, "done": 0}
    on_the_day = today(con, date(2025, 3, 10))
    assert [row["state"] for row in on_the_day.of("due")] == ["open"]
    assert on_the_day.of("due")[0]["partner"] == "Partner"


def test_a_day_is_printed_with_what_does_it(con):
    console = Console(width=200, force_terminal=False)
    with console.capture() as capture:
        draw_today(console, today(con, DAY))
    printed = capture.get()
    assert "1 thing to do, 1 of them overdue; 1 later" in printed
    assert "Registrations to answer (1)" in printed
    assert "plumbline explain p --year 2025 --deal g1" in printed
    assert "Agreements ending: 1, from 2025-04-30" in printed
    with console.capture() as capture:
        draw_today(console, today(con, DAY), everything=True)
    assert "Later: Agreements ending (1)" in capture.get()


def test_the_runs_own_day_is_read_from_the_table(con):
    con.execute("update run.parameters set as_of = $1", [DAY])
    write_actions(con)
    con.execute("update decisions.actions set reason = 'As published: yes.'")
    assert {row["reason"] for row in today(con).items} == {"As published: yes."}
    assert today(con).as_of == DAY
    # Another day is worked out.
    assert "As published: yes." not in {r["reason"] for r in today(con, date(2025, 3, 13)).items}


def test_one_owner_at_a_time(con):
    assert [row["kind"] for row in today(con, DAY, "Channel_Manager").items] == ["registration"]
    with pytest.raises(NoSuchOwner, match=r"'nobody' has no action; .*channel_manager, partner_m"):
        today(con, DAY, "nobody")
