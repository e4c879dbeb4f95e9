-- The rows behind every metric of people and papers. `standing`: `counts`; `open` (would count if
-- the open question went that way); `short` (looked at, does not count); `context` (what the others
-- depend on).
select
    period, partner_id, program, metric, item, cast(null as bigint) as position, standing,
    source, entity, file, row_number, cell, evidence_date, detail
from {{ ref('int_people__agreement_facts') }}
union all
select
    period, partner_id, program, metric, item, position, standing,
    source, entity, file, row_number, cell, evidence_date, detail
from {{ ref('int_people__training_facts') }}
union all
select
    period, partner_id, program, metric, item, cast(null as bigint) as position, standing,
    source, entity, file, row_number, cell, evidence_date, detail
from {{ ref('int_people__activity_facts') }}
union all
select
    period, partner_id, program, metric, item, cast(null as bigint) as position, standing,
    source, entity, file, row_number, cell, evidence_date, detail
from {{ ref('int_people__marketing_facts') }}
