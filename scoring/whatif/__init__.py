"""What would be under other values of the policy, from the metrics of a finished run.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.whatif.answer import WhatIf, WhatIfError, what_if
from scoring.whatif.grid import frontier, grid
from scoring.whatif.settings import settings_in, settings_of

__all__ = ["WhatIf", "WhatIfError", "frontier", "grid", "settings_in", "settings_of", "what_if"]
