"""Every kind of action: its query and its heading.

Belongs here: the list of kinds, in the order in which a day is worked through. Does not: which rows
are of a kind (deals, papers, judgements, reviews, totals), or whose they are (policy).
"""

from __future__ import annotations

from scoring.actions import deals, judgements, papers, reviews, totals

# Each query gives the columns of COLUMNS for the day `$as_of`; `due` is a deadline in every kind.
QUERIES = {
    "registration": deals.REGISTRATIONS,
    "extension": deals.EXTENSIONS,
    "approval": deals.APPROVALS,
    "governance": reviews.GOVERNANCE,
    "undetermined_tier": judgements.UNDETERMINED,
    "tier_notice": reviews.NOTICES,
    "requirement": judgements.REQUIREMENTS,
    "case": judgements.CASES,
    "invitation": judgements.INVITATIONS,
    "removal": reviews.REMOVALS,
    "publication": reviews.PUBLICATIONS,
    "report": papers.REPORTS,
    "training": papers.TRAININGS,
    "agreement": papers.AGREEMENTS,
    "agreement_version": papers.VERSIONS,
    "agreement_terms": judgements.TERMS,
    "waiver": papers.WAIVERS,
    "quarantine": judgements.QUARANTINE,
    "control_total": totals.CONTROL_TOTALS,
}
COLUMNS = (
    "due",
    "partner_id",
    "program",
    "subject",
    "what",
    "why",
    "clause",
    "next_step",
    "state",
    "source_table",
    "source_key",
)
LABELS = {
    "registration": "Registrations to answer",
    "extension": "Extensions to answer",
    "approval": "Approvals ending",
    "governance": "Reviews to decide",
    "undetermined_tier": "Tiers undetermined",
    "tier_notice": "Notices of a fall",
    "requirement": "Requirements to judge",
    "case": "Conduct cases open",
    "invitation": "Invitations unanswered",
    "removal": "Apps with too little use",
    "publication": "Results to publish",
    "report": "Reports due and overdue",
    "training": "Trainings lapsing",
    "agreement": "Agreements ending",
    "agreement_version": "Agreement versions to renew",
    "agreement_terms": "Agreement terms that disagree",
    "waiver": "Waivers ending",
    "quarantine": "Quarantined files to correct",
    "control_total": "Control totals that differ",
}
# What is to be done, where an action is named in half a line.
TASKS = {
    "registration": "answer it",
    "extension": "answer it",
    "approval": "ask whether it closes",
    "governance": "decide it",
    "undetermined_tier": "settle what is open",
    "tier_notice": "look at the notice",
    "requirement": "judge it",
    "case": "decide it",
    "invitation": "ask for the answer",
    "removal": "decide whether it stays",
    "publication": "publish it",
    "report": "ask for it",
    "training": "have it renewed",
    "agreement": "have it renewed",
    "agreement_version": "have it executed",
    "agreement_terms": "settle which one holds",
    "waiver": "decide whether it is renewed",
    "quarantine": "correct it",
    "control_total": "find out which is right",
}
OPEN, OVERDUE, WAITING, DONE = "open", "overdue", "waiting", "done"
# In the order in which a person looks at them.
STATES = (OVERDUE, OPEN, WAITING, DONE)
