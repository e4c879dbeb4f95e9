"""What the results would be under other policy values, from the metrics of a finished run.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.whatif.answer import WhatIf, WhatIfError, what_if
from scoring.whatif.grid import frontier, grid
from scoring.whatif.many import Many, frontier_answer, grid_answer
from scoring.whatif.settings import settings_between, settings_in, settings_of, values_of

__all__ = [
    "Many",
    "WhatIf",
    "WhatIfError",
    "frontier",
    "frontier_answer",
    "grid",
    "grid_answer",
    "settings_between",
    "settings_in",
    "settings_of",
    "values_of",
    "what_if",
]
