{# The enrolments that had begun by each (partner_id, day) of `days`, in the programs that the list
   `parameter` names for that partner and day. `is_in`: not ended by then. #}
{% macro enrollments_on_days(days, parameter) -%}
(
    select
        programs.partner_id,
        programs.day,
        enrollments.program,
        {{ is_enrolled('enrollments', 'programs.day') }} as is_in
    from {{ items_on_days(days, parameter) }} as programs
    inner join {{ ref('stg_partner_activity__enrollments') }} as enrollments
        on programs.partner_id = enrollments.partner_id
        and programs.item = enrollments.program
        and enrollments.enrolled_on <= programs.day
)
{%- endmacro %}
