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

{# How a comparator reads in a sentence. #}
{% macro comparator_words(comparator) -%}
    case {{ comparator }} when '>=' then 'at least ' when '<=' then 'at most ' else 'exactly ' end
{%- endmacro %}
