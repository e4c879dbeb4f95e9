"""A hand-made ledger, the configuration of a CRM, and the output and results of a call.

Belongs here: what several tests do alike. Does not: any expectation.
"""

from __future__ import annotations

import json

from orchestration.settings import locations
from orchestration.write_back import destination, write_back
from tests.scoring.test_ledger import put

TIERS = """
    tiers:
      object: %s
      external_id: %s
      fields:
        Partner__c: partner_id
        Tier__c: {from: tier, values: {foundation: Foundation, select: Select, premier: Premier}}
        Year__c: tier_year
        Gap__c: gap_to_next
        Undetermined__c: undetermined
        Published__c: publication
"""
SALESFORCE = """
destinations:
  everybody: mailto://nobody.example
  crm:
    kind: salesforce
    url: %s
    client_id: ${CRM_ID}
    client_secret: ${CRM_SECRET}
"""
HUBSPOT = """
destinations:
  crm:
    kind: hubspot
    url: %s
    token: ${CRM_TOKEN}
"""
TIER, KEY = "Partner_Tier__c", "Plumbline_Key__c"


def publish(home, rows, sequence=1, period="2024", previous=None, **more):
    more = {"by": "A. Reyes", "on": "2025-01-20", **more}
    begun = {} if previous is None else {"previous": previous}
    return put(home / "ledger", sequence, period, rows, **begun, **more)


def configure(home, text):
    (home / "plumbline.yaml").write_text(text, "utf-8")


def go(apply=False):
    return write_back(locations(), destination("crm"), apply=apply, sleep=lambda _: None)


def counts(outcome):
    return {name: number for name, number in outcome.counts.items() if number}


def states(outcome):
    return sorted((key, receipt.state) for (_, key), receipt in outcome.receipts.items())


def journal(home):
    lines = (home / "write-back" / "crm.jsonl").read_text("utf-8").splitlines()
    return [(row["key"], row["state"]) for row in map(json.loads, lines)]
