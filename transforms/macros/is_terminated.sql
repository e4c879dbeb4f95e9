{# Whether a partner (of stg_partner_activity__partners, perhaps unmatched) is terminated on or
   before a day: by its date, where there is one; a status without a date counts as it is in the
   data used (semantics 2). #}
{% macro is_terminated(partners, day) -%}
    coalesce(
        case
            when {{ partners }}.terminated_on is not null
                then {{ partners }}.terminated_on <= {{ day }}
            else {{ partners }}.status = 'terminated'
        end,
        false
    )
{%- endmacro %}
