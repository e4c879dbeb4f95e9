{# Parameters of the policy, with the partner's own terms laid over (GUIDE-AGREEMENT). #}

{# The joins that add one parameter to rows with a period and a partner: `policy_<name>` is the
   policy's row, `own_<name>` the partner's. `parameter` is an SQL text, so that it may be made of
   the row's program. #}
{% macro join_parameter(name, rows, parameter) %}
left join {{ ref('int_policy__values') }} as policy_{{ name }}
    on {{ rows }}.period = policy_{{ name }}.period
    and policy_{{ name }}.parameter = {{ parameter }}
left join {{ ref('int_policy__partner_values') }} as own_{{ name }}
    on {{ rows }}.period = own_{{ name }}.period
    and {{ rows }}.partner_id = own_{{ name }}.partner_id
    and own_{{ name }}.parameter = {{ parameter }}
{%- endmacro %}

{# The joined parameter as a number; null where the partner's terms conflict. #}
{% macro parameter_number(name) -%}
    {{ own_or_policy(name, 'number') }}
{%- endmacro %}

{# The joined parameter as text; null where the partner's terms conflict. #}
{% macro parameter_text(name) -%}
    {{ own_or_policy(name, 'value') }}
{%- endmacro %}

{% macro own_or_policy(name, column) -%}
    case
        when own_{{ name }}.parameter is null then policy_{{ name }}.{{ column }}
        else own_{{ name }}.{{ column }}
    end
{%- endmacro %}
