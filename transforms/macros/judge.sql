{# Holding a value against a threshold; the comparators are those of the policy. #}

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

{# The second value of a figure in doubt, as it is published beside the first (semantics 2): null
   where no question is open, or where the answer would change nothing. #}
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
