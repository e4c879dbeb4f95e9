"""`plumbline doctor`: every configured place tried, with what is right and how to mend the rest.

Belongs here: what is tried, in which order. Does not: printing (cli/doctoring.py).
"""

from orchestration.doctor.examine import examine
from orchestration.doctor.finding import Finding

__all__ = ["Finding", "examine"]
