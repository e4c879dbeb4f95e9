{# Comparing a value with a threshold; the comparators are those of the policy. #}

{% macro holds(value, comparator, threshold) -%}
    case {{ comparator }}
        when '>=' then {{ value }} >= {{ threshold }}
        when '<=' then {{ value }} <= {{ threshold }}
        when '=' then {{ value }} = {{ threshold }}
    end
{%- endmacro %}

{# What is missing, in the metric's unit; 0 when met, null without a value or a threshold. #}
{% macro gap_of(value, comparator, threshold) -%}
    case
        when {{ value }} is null or {{ threshold }} is null then null
        when {{ comparator }} = '>=' then greatest({{ threshold }} - {{ value }}, 0)
        when {{ comparator }} = '<=' then greatest({{ value }} - {{ threshold }}, 0)
        when {{ comparator }} = '=' then abs({{ threshold }} - {{ value }})
    end
{%- endmacro %}

{# The second value of a figure in doubt, as published beside the first (semantics 2): null if no
   question is open, or if it would change nothing. #}
{% macro other_value_of(value, value_high, is_blank) -%}
    cast(
        case when not ({{ is_blank }}) and {{ value_high }} <> {{ value }} then {{ value_high }} end
        as decimal(38, 4)
    )
{%- endmacro %}

{# How a comparator reads in a sentence. #}
{% macro comparator_words(comparator) -%}
    case {{ comparator }} when '>=' then 'at least ' when '<=' then 'at most ' else 'exactly ' end
{%- endmacro %}

{# The branches of a case that compare a figure (`value, value_high, threshold, metric_status,
   is_measured`, `comparator`) with its threshold, before doubts and waivers. `conflict`: whether
   two terms of the partner's own contradict each other about the threshold. #}
{% macro measured_against_threshold(conflict) -%}
    when metric_status = 'not_applicable' then 'not_applicable'
    -- Two terms for one threshold: never a silent pick, whatever the value.
    when {{ conflict }} then 'needs_review'
    when not is_measured then 'no_evidence'
    when metric_status is not null then metric_status
    when value is null then 'no_evidence'
    when threshold is null then 'needs_review'
    when value_high is not null
        and {{ holds('value', 'comparator', 'threshold') }}
        <> {{ holds('value_high', 'comparator', 'threshold') }}
        then 'needs_review'
    when {{ holds('value', 'comparator', 'threshold') }} then 'met'
    else 'not_met'
{%- endmacro %}

{# Whether all that each `key` needs is met, with every clause against it: from a table of checks.
   #}
{% macro verdicts(checks, key, is_eligible='eligible') -%}
    select
        {{ key }},
        bool_and(is_met) as {{ is_eligible }},
        {{ sorted_list('case when not is_met then clause end') }} as reasons
    from {{ checks }}
    group by {{ key }}
{%- endmacro %}

{# A criterion of a tier as it is published, from `int_tiers__judged`: `status, value, other_value,
   threshold, clause`. #}
{% macro criterion_result() -%}
    case
        -- An exception replaces what is missing (TIER-BIDIRECTIONAL).
        when waiver_id is not null and judged_status in ('not_met', 'no_evidence', 'needs_review')
            then 'waived'
        else judged_status
    end as status,
    cast(
        case when judged_status not in ('no_evidence', 'not_applicable') then value end
        as decimal(38, 4)
    ) as value,
    {{ other_value_of(
        'value', 'value_high', "judged_status in ('no_evidence', 'not_applicable')"
    ) }} as other_value,
    cast(threshold as decimal(38, 4)) as threshold,
    clause
{%- endmacro %}
