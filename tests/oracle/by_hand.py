"""A landing zone of a few rows written by hand, and what the recomputation says about them."""

from .schema import ENTITIES

P = "P1"


def land(root, rows: dict[str, list[dict]], received="2026-01-10T00:00:00Z"):
    """Plain csv deliveries of the rows; an entity with an empty list is header-only."""
    listing = ["file,received_at"]
    for entity, values in rows.items():
        spec = ENTITIES[entity]
        path = root / spec["source"] / f"{entity}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = list(spec["columns"])
        lines = [",".join(columns)]
        lines += [",".join(str(v.get(c, "")) for c in columns) for v in values]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        listing.append(f"{path.relative_to(root)},{received}")
    (root / "_received.csv").write_text("\n".join(listing) + "\n", encoding="utf-8")
    return root


def partner(program, enrolled_on="2024-01-01", **more):
    return {
        "partners": [
            {"partner_id": P, "name": "One", "joined_on": "2024-01-01", "status": "active"}
        ],
        "enrollments": [
            {
                "partner_id": P,
                "program": program,
                "enrolled_on": enrolled_on,
                "application_completed_on": "2023-12-01",
                **more,
            }
        ],
    }
