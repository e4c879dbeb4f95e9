"""Where the members of a policy set were written, as the checks of a set know it.

Belongs here: the shape. Does not: reading files (yaml_lines.py, sections.py).
"""

from __future__ import annotations

from typing import Any, Protocol

from scoring.policy.yaml_lines import PolicyError


class Places(Protocol):
    """Where the members of a set were written."""

    def fault(self, kind: str, name: str, problem: str, remedy: str, *inside: Any) -> PolicyError:
        """The error for a member, at its line."""
