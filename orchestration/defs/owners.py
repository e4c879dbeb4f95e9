"""Who answers for an asset, as Dagster shows it.

Belongs here: names of teams. Does not: people, who change more often than what they answer for.
"""

OPERATIONS = "team:partner-operations"
ANALYSTS = "team:partnership-analytics"
LEADERSHIP = "team:partnerships"
