{{ config(materialized='view') }}
{% set topics = [
    'int_people__evidence', 'int_reseller__evidence', 'int_apps__evidence', 'int_usage__evidence',
    'int_figures__facts'
] %}
-- The rows behind every metric value; program is null where a row counts for every program.
{% for topic in topics %}
select
    {{ figure_key() }}, {{ evidence_columns() }}
from {{ ref(topic) }}
union all
{% endfor %}
select
    period, partner_id, program, metric, source, entity, file, row_number, cell, evidence_date,
    status_reason as detail
from {{ ref('int_metrics__ladder') }}
where file is not null
