"""Decisions over the published figures: standings, tiers, reviews, their proofs and the ledger.

Belongs here: what follows from measured figures and the policy. Does not: measuring (transforms/),
pages (dashboards/), or drawing for a terminal.
"""
