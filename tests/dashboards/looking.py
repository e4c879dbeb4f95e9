"""What the browser's tests look at."""

from __future__ import annotations

PAGES = (
    "index",
    "tiers",
    "arr",
    "compliance",
    "governance",
    "apps",
    "accounts",
    "deals",
    "partners",
    "quality",
    "policy",
    "today",
    "later",
    "methods",
    "index-2024",
    "tiers-2024",
    "apps-2024",
    "partners/P-0001",
    "partners/P-0055",
    "partners/P-0055@2024",
)
