"""Who is responsible for an asset, as Dagster shows it.

Belongs here: names of teams. Does not: people, who change more often than their duties.
"""

OPERATIONS = "team:partner-operations"
ANALYSTS = "team:partnership-analytics"
LEADERSHIP = "team:partnerships"
