{# The pairs of the ledger whose program judges one of these metrics: one row per pair and metric.
   #}
{% macro judged_pairs(metrics) -%}
(
    select
        pairs.period, pairs.kind, pairs.suffix, pairs.year, pairs.starts_on, pairs.ends_on,
        pairs.partner_id, pairs.program, pairs.enrolled_on, pairs.application_completed_on,
        pairs._file, pairs._row, pairs._cell, judged.metric
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ ref('int_policy__judged_metrics') }} as judged
        on pairs.program = judged.program
    where judged.metric in ('{{ metrics | join("', '") }}')
)
{%- endmacro %}
