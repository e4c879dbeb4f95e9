"""The tables of the `policy` schema: a policy set as rows that SQL can join.

Belongs here: their DDL. Does not: reading YAML, judging it, or any value of a program.
"""

from __future__ import annotations

# effective_to is exclusive and null while a value has no successor.
DDL = {
    "clauses": """clause varchar, document varchar, section varchar, strength varchar,
        kind varchar, text varchar""",
    "parameters": """parameter varchar, label varchar, unit varchar, clause varchar,
        document varchar, section varchar, status varchar, reported_by varchar, read_on varchar,
        confirmed_by varchar, confirmed_on date, kind varchar, choices varchar""",
    "parameter_values": """parameter varchar, effective_from date, effective_to date,
        value varchar, number decimal(38,4)""",
    "lists": """parameter varchar, effective_from date, effective_to date, position bigint,
        item varchar""",
    "programs": "program varchar, label varchar, position bigint, has_tiers boolean",
    "requirements": """requirement varchar, program varchar, clause varchar, strength varchar,
        metric varchar, comparator varchar, threshold_parameter varchar,
        threshold_expected boolean, first_judged_after varchar, judged_in varchar,
        label varchar, position bigint""",
    "metrics": "metric varchar, label varchar, unit varchar, time_window varchar",
    "metric_sentences": """metric varchar, about varchar, missed_none varchar, missed_one varchar,
        missed_many varchar, act_none varchar, act_one varchar, act_many varchar""",
    "metric_reads": "metric varchar, source varchar, entity varchar, coverage varchar",
    "metric_unread": """metric varchar, source varchar, entity varchar, kind varchar, side varchar,
        counts_on varchar""",
    # A metric as data; `figure` spells it out as JSON, from which the models make its SQL.
    "figures": """metric varchar, source varchar, entity varchar, coverage varchar, take varchar,
        compare varchar, without_rows decimal(38,4), months decimal(38,4),
        months_parameter varchar, in_force boolean, figure varchar""",
    "metric_parameters": "metric varchar, parameter varchar",
    "tiers": """tier varchar, label varchar, tier_rank bigint, program varchar, status varchar,
        reported_by varchar, read_on varchar, confirmed_by varchar, confirmed_on date""",
    "tier_criteria": """tier varchar, tier_rank bigint, criterion varchar, metric varchar,
        comparator varchar, threshold_parameter varchar, clause varchar, inherited boolean,
        position bigint""",
    "review_periods": """suffix varchar, label varchar, starts_month bigint, starts_day bigint,
        ends_month bigint, ends_day bigint, position bigint""",
    # When a tier moves within the year: reviews, and months between them (`is_review` false).
    "tier_steps": """suffix varchar, falls boolean, is_review boolean, upgrades_from varchar""",
    "months": """suffix varchar, label varchar, starts_month bigint, starts_day bigint,
        ends_month bigint, ends_day bigint, position bigint""",
    "agreement_versions": "agreement_type varchar, version varchar, effective_from date",
    "benefits": """benefit varchar, label varchar, clause varchar, program varchar, tier varchar,
        status varchar, condition varchar, reason varchar, position bigint""",
    "conflicts": """conflict varchar, clause varchar, other_clause varchar, ruled_by varchar,
        effective_from date, reason varchar""",
}
