{{ config(materialized='view') }}
-- The rows behind every metric value; program null where a row stands for every program.
select
    period, partner_id, program, metric, source, entity, file, row_number, cell, evidence_date, detail
from {{ ref('int_people__evidence') }}
union all
select
    period, partner_id, program, metric, source, entity, file, row_number, cell, evidence_date, detail
from {{ ref('int_reseller__evidence') }}
union all
select
    period, partner_id, program, metric, source, entity, file, row_number, cell, evidence_date,
    status_reason as detail
from {{ ref('int_metrics__ladder') }}
where file is not null
