{# Members of a landed JSON record, by name. #}

{% macro member_text(body, name) -%}
    {{ adapter.dispatch('member_text')(body, name) }}
{%- endmacro %}

{% macro member_is_true(body, name) -%}
    coalesce({{ member_text(body, name) }} = 'true', false)
{%- endmacro %}

{# The list that a vendor's page belongs to: search pages hold the same records as the list they
   search. #}
{% macro list_endpoint(endpoint) -%}
    case
        when {{ endpoint }} like '%/search' then substr({{ endpoint }}, 1, length({{ endpoint }}) - 7)
        else {{ endpoint }}
    end
{%- endmacro %}

{# A lateral table of a member's elements, each its `item_of`; one null where it has none. #}
{% macro member_items(body, name) -%}
    {{ adapter.dispatch('member_items')(body, name) }}
{%- endmacro %}
