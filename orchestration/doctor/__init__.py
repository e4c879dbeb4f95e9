"""`plumbline doctor`: tries every configured place, and says how to fix what is wrong.

Belongs here: what is tried, in which order. Does not: printing (cli/doctoring.py).
"""

from orchestration.doctor.examine import examine
from orchestration.doctor.finding import Finding

__all__ = ["Finding", "examine"]
