"""Changes of what is listed on the Marketplace.

Belongs here: apps that are listed, removed, or go to another partner. Does not: other changes
(test_changes.py).
"""

from __future__ import annotations

from tests.scoring.test_changes import compared, side, standing


def test_each_app_that_is_listed_is_a_change_of_its_own():
    apps = [
        standing("listing", "listed", subject=name, words=f"{name} was listed.") for name in "ab"
    ]
    rows = compared(side(), side(apps))
    assert [(r["before"], r["after"], r["cause"]) for r in rows] == [
        ("not_listed", "listed", "a was listed."),
        ("not_listed", "listed", "b was listed."),
    ]


def test_an_app_that_went_to_another_partner_is_still_listed():
    app = {"subject": "a", "words": "a was listed."}
    then, now = standing("listing", "listed", **app), standing("listing", "listed", **app)
    now["partner_id"] = "q"
    rows = compared(side([then]), side([now]))
    assert [(r["partner_id"], r["after"], r["cause"]) for r in rows] == [
        ("p", "not_listed", "a was listed; it is another partner's now."),
        ("q", "listed", "a was listed; it was another partner's before."),
    ]
    [gone] = compared(side([then]), side())
    assert gone["cause"] == "a was listed; it is not listed any more."
