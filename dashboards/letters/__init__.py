"""One letter per partner about its year: HTML and PDF, every figure bound to a row.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from dashboards.letters.write import LettersReport, Refusal, write_letters

__all__ = ["LettersReport", "Refusal", "write_letters"]
