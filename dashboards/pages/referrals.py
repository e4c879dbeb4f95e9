"""Referrals: which earn a commission, and what each of the others lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from dashboards.components import Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count
from dashboards.memoized import once_per_tables
from dashboards.pages import reasons
from dashboards.pages.common import Figures, clause, partner

TABLE = "marts.fct_referrals"
HEAD = columns("@Referral", "Partner", "Customer", "#Amount", "~What is in the way")


def section(tables: Tables) -> Section:
    """The referrals of every partner as of the run's day (REFR-BEN-COMMISSION)."""
    rows = tables.rows("fct_referrals")
    eligible = sum(1 for row in rows if row["commission_eligible"])
    tally = count_by(
        [{"reason": reason} for row in rows for reason in row["reasons"] or []],
        lambda row: row["reason"],
    )
    words = [
        Markup("{} of {} referrals earn a commission.").format(
            count(eligible, TABLE, {"commission_eligible": True}), count(len(rows), TABLE, {})
        )
    ]
    if tally:
        worst = max(sorted(tally), key=lambda reason: tally[reason])
        words.append(Markup("Most often in the way: {}.").format(clause(tables, worst)))
    body = [_row(tables, row) for row in rows if not row["commission_eligible"]]
    table = Table("Referrals without a commission", HEAD, body, search=True, empty="there are none")
    return Section("Referrals", "referrals", words, tables=[table])


def _row(tables: Tables, row: Row) -> list[Markup]:
    shown = Figures(TABLE, row, "referral_id")
    sent = reasons.referrals(tables).get(row["referral_id"])
    checks = reasons.referral_checks(tables)
    return [
        cell(row["referral_id"]),
        partner(tables, sent["partner_id"], "") if sent else Markup("—"),
        cell((sent or {}).get("customer_name") or "—"),
        reasons.amount(reasons.REFERRALS, sent, "referral_id", "amount_usd"),
        reasons.reasons(tables, shown, row, row["referral_id"], checks),
    ]


@once_per_tables
def _by_partner(tables: Tables) -> Mapping[str, list[Row]]:
    """Partner id -> its referrals: searching everybody's for each scorecard would take time that
    grows with the square of the partners."""
    sent = reasons.referrals(tables)
    by_partner: dict[str, list[Row]] = defaultdict(list)
    for row in tables.rows("fct_referrals"):
        if row["referral_id"] in sent:
            by_partner[sent[row["referral_id"]]["partner_id"]].append(row)
    return by_partner


def of_partner(tables: Tables, partner_id: str) -> Section | None:
    """The referrals of one partner, on its scorecard; None without any."""
    sent = reasons.referrals(tables)
    body = []
    for row in _by_partner(tables).get(partner_id, ()):
        own = sent[row["referral_id"]]
        shown = Figures(TABLE, row, "referral_id")
        checks = reasons.referral_checks(tables)
        body.append(
            [
                cell(row["referral_id"]),
                cell(own["customer_name"] or "—"),
                reasons.amount(reasons.REFERRALS, own, "referral_id", "amount_usd"),
                shown("commission_eligible", "due" if row["commission_eligible"] else "not due"),
                reasons.reasons(tables, shown, row, row["referral_id"], checks, "../"),
            ]
        )
    if not body:
        return None
    head = columns("@Referral", "Customer", "#Amount", "Commission", "~What is in the way")
    return Section("Referrals", "referrals", tables=[Table("Referrals", head, body)])
