"""What a test warehouse says about one partner: a requirement's result, its programs."""

from __future__ import annotations

from pathlib import Path

from tests.transforms.warehouse import query


def result(path: Path, partner_id: str, requirement: str, period: str = "2025") -> dict:
    """The one row of a requirement; AssertionError when there is not exactly one."""
    columns = ("status", "value", "threshold", "threshold_source", "gap", "underlying_status")
    columns += ("evidence_count", "evidence_date", "reason")
    rows = query(
        path,
        f"select {', '.join(columns)} from marts.fct_requirement_results where period = '{period}' "
        f"and partner_id = '{partner_id}' and requirement = '{requirement}'",
    )
    assert len(rows) == 1, rows
    return dict(zip(columns, rows[0], strict=True))


def roll_up(path: Path, partner_id: str, period: str = "2025") -> dict[str, str]:
    """program -> status."""
    return dict(
        query(
            path,
            "select program, status from marts.fct_program_compliance "
            f"where period = '{period}' and partner_id = '{partner_id}'",
        )
    )
