{# Conduct cases, as requirements and commissions weigh them. #}

{# The cases with `ended_on`, the day of their decision: that of opening if it is decided without a
   closed_on. #}
{% macro cases_with_ends() -%}
(
    select
        conduct_cases.*,
        coalesce(closed_on, case when outcome <> 'open' then opened_on end) as ended_on
    from {{ ref('stg_partner_activity__conduct_cases') }} as conduct_cases
)
{%- endmacro %}

{# Whether a case is known by a day: a decision counts on its own day, also where the day of opening
   was written after it. #}
{% macro case_has_begun(cases, day) -%}
    ({{ cases }}.opened_on <= {{ day }} or {{ cases }}.ended_on <= {{ day }})
{%- endmacro %}

{# Whether a case is undecided on a day. #}
{% macro case_is_open(cases, day) -%}
    ({{ cases }}.ended_on is null or {{ cases }}.ended_on > {{ day }})
{%- endmacro %}
