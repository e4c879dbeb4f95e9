"""Erasing a person: tokens in place of values, files rewritten, and the record of it.

Belongs here: which values are one person's, how each format is rewritten, the log of erasures,
holds. Does not: proving that publications still hold, or a command line (orchestration).
"""
