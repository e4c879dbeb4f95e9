{# When a thing is in force: what each kind of span says about its last day. #}

{# Whether a value of the policy is in force on a day; `effective_to` is the first day on which it
   no longer is. #}
{% macro in_force_on(span, day) -%}
    {{ span }}.effective_from <= {{ day }}
    and ({{ span }}.effective_to is null or {{ span }}.effective_to > {{ day }})
{%- endmacro %}

{# Whether a term (`own`, of int_policy__term_spans) replaces the policy's value of a parameter for
   the partner of `rows` on a day. #}
{% macro is_own_term(rows, parameter, day) -%}
    {{ rows }}.partner_id = own.partner_id
    and own.parameter = {{ parameter }}
    and {{ term_holds_on('own', day) }}
{%- endmacro %}

{# Whether a term of int_policy__term_spans holds on a day; its last day is included. #}
{% macro term_holds_on(term, day) -%}
    {{ term }}.from_on <= {{ day }}
    and ({{ term }}.to_on is null or {{ term }}.to_on >= {{ day }})
{%- endmacro %}

{# Whether an enrolment runs on a day; `ended_on` is the first day outside the program. #}
{% macro is_enrolled(enrollments, day) -%}
    {{ enrollments }}.enrolled_on <= {{ day }}
    and ({{ enrollments }}.ended_on is null or {{ enrollments }}.ended_on > {{ day }})
{%- endmacro %}

{# Whether an agreement runs on a day; it still does on its `ended_on`. #}
{% macro agreement_runs(agreements, day) -%}
    {{ agreements }}.executed_on <= {{ day }}
    and ({{ agreements }}.ended_on is null or {{ agreements }}.ended_on >= {{ day }})
{%- endmacro %}

{# Whether a contact has not left its partner by a day; it is still with it on its `active_to`. #}
{% macro has_not_left(contacts, day) -%}
    ({{ contacts }}.active_to is null or {{ contacts }}.active_to >= {{ day }})
{%- endmacro %}

{# Whether a day is in a span from `from_on` up to but not including `to_on`; a null bound is open.
   #}
{% macro holds_on(span, day) -%}
    ({{ span }}.from_on is null or {{ span }}.from_on <= {{ day }})
    and ({{ span }}.to_on is null or {{ span }}.to_on > {{ day }})
{%- endmacro %}

{# The same of a moment, from `from_at` up to `to_at`. #}
{% macro holds_at(span, moment) -%}
    ({{ span }}.from_at is null or {{ span }}.from_at <= {{ moment }})
    and ({{ span }}.to_at is null or {{ span }}.to_at > {{ moment }})
{%- endmacro %}

{# Whether a reseller's line is its partner's on a day, by the span of its era. #}
{% macro is_in_era(lines, day) -%}
    ({{ lines }}.era_from is null or {{ lines }}.era_from <= {{ day }})
    and ({{ lines }}.era_to is null or {{ lines }}.era_to > {{ day }})
{%- endmacro %}

{# Whether what arrived at a moment was known at the run's (`--known-at`; all of it when none is
   given). `run` is the row of the run's parameters. #}
{% macro is_known(received_at, run='run') -%}
    ({{ run }}.known_at is null or {{ received_at }} <= {{ run }}.known_at)
{%- endmacro %}
