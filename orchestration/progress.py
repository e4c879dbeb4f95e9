"""Reports what a run is doing to whoever watches it, if anybody does.

Belongs here: the one listener of this process. Does not: how progress is drawn (cli/).
"""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str, str], None]

_listener: Listener | None = None


def listen(listener: Listener | None) -> None:
    """Set (or with None take away) the listener: it gets (stage, what has just been done)."""
    global _listener
    _listener = listener


def report(stage: str, detail: str) -> None:
    """Report that `stage` has reached `detail`."""
    if _listener is not None:
        _listener(stage, detail)
