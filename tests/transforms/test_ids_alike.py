"""Ids that differ only by case or inner blanks are two things, and a finding."""

from tests.transforms.warehouse import build_warehouse, dbt, query


def test_ids_that_look_alike_are_a_finding(tmp_path):
    def partner(partner_id):
        row = {"partner_id": partner_id, "name": partner_id, "joined_on": "2024-01-01"}
        return row | {"status": "active"}

    line = {
        "partner_id": "P-1",
        "report_month": "2025-01-01",
        "line_type": "new",
        "currency": "USD",
    }
    line |= {"customer_name": "Acme", "term_start": "2025-01-01", "term_end": "2025-12-31"}
    rows = {
        "partners": [partner(name) for name in ("P-1", "p-1", "P- 1", "P-2", "P 3")],
        "subscription_lines": [
            line | {"line_id": str(n), "subscription_id": name, "amount": 1}
            for n, name in enumerate(("K-7", "K-7", "k-7", "K-8"))
        ],
    }
    waiver = {"partner_id": "P-1", "program": "reseller", "requirement": "RESL-PLAN"}
    waiver |= {"valid_from": "2025-01-01", "valid_to": "2025-12-31"}
    waiver |= {"granted_by": "GM", "reason": "agreed"}
    rows["waivers"] = [waiver | {"waiver_id": name} for name in ("W-1", "w-1", "W-2")]
    path = build_warehouse(tmp_path, rows)
    dbt(path, "run", "--select", "+int_coverage__ids_alike")
    findings = query(path, "select entity, key, finding from intermediate.int_coverage__ids_alike")
    assert sorted(findings) == [
        ("partners", "P- 1", "ids_alike"),
        ("subscription_lines", "P-1/K-7", "ids_alike"),
        ("waivers", "W-1", "ids_alike"),
    ]
    (detail,) = query(
        path, "select detail from intermediate.int_coverage__ids_alike where entity = 'partners'"
    )
    assert '"P- 1", "P-1", "p-1"' in detail[0]
