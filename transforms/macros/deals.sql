{# Deals that the vendor leaves to a partner (DEAL-PROTECTION). #}

{# Whether a row of int_deals__direct is an opportunity on the customer of a protected registration
   that was created inside the protected span, its last day included. #}
{% macro is_on_protected(direct, protected) -%}
    {{ protected }}.registration_id = {{ direct }}.registration_id
    and {{ direct }}.match = 'same'
    and {{ direct }}.created_on >= {{ protected }}.protected_from
    and (
        {{ protected }}.protected_to is null
        or {{ direct }}.created_on <= {{ protected }}.protected_to
    )
{%- endmacro %}
