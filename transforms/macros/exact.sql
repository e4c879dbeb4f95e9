{# Exact arithmetic on whole numbers: a quotient is rounded once and never passes through a binary
   float. #}

{# A decimal times a power of ten as a whole number; nothing is lost when it has no more places. #}
{% macro as_whole(number, factor) -%}
    {{ adapter.dispatch('as_whole')(number, factor) }}
{%- endmacro %}

{# The type of whole numbers of any size. #}
{% macro whole_type() -%}
    {{ adapter.dispatch('whole_type')() }}
{%- endmacro %}

{# numerator / denominator without its fraction; denominator > 0, both whole numbers >= 0. #}
{% macro whole_quotient(numerator, denominator) -%}
    {{ adapter.dispatch('whole_quotient')(numerator, denominator) }}
{%- endmacro %}

{# numerator / denominator rounded half away from zero; denominator > 0, both whole numbers. #}
{% macro rounded_quotient(numerator, denominator) -%}
    (case when {{ numerator }} < 0 then -1 else 1 end)
    * {{ whole_quotient(
        "(2 * abs(" ~ numerator ~ ") + " ~ denominator ~ ")", "(2 * " ~ denominator ~ ")"
    ) }}
{%- endmacro %}

{# A whole number of ten-thousandths as a decimal with 4 places. #}
{% macro from_ten_thousandths(whole) -%}
    cast(cast({{ whole }} as decimal(38, 0)) * cast('0.0001' as decimal(5, 4)) as decimal(38, 4))
{%- endmacro %}

{# The mean or share of two counts, to 4 places, half away from zero; null if the divisor is 0. #}
{% macro share_of(part, whole) -%}
    case
        when {{ whole }} > 0
            then {{ from_ten_thousandths(rounded_quotient(
                "cast(" ~ part ~ " as " ~ whole_type() ~ ") * 10000",
                "cast(" ~ whole ~ " as " ~ whole_type() ~ ")"
            )) }}
    end
{%- endmacro %}

{# A quotient of two products of whole numbers, in ten-thousandths, as a decimal with 4 places,
   rounded once; null where it would not fit its type: an absurd figure must not end a run. #}
{% macro quotient_or_null(factors, divisors) -%}
    {{ adapter.dispatch('quotient_or_null')(factors, divisors) }}
{%- endmacro %}

{# A sum as published money. #}
{% macro as_money(number) -%}
    {{ decimal_or_null(number, 18, 4) }}
{%- endmacro %}

{# A number, or a text that may be one, as a decimal; null if it is not a number or does not fit. #}
{% macro decimal_or_null(number, digits, places) -%}
    {{ adapter.dispatch('decimal_or_null')(number, digits, places) }}
{%- endmacro %}

{% macro default__decimal_or_null(number, digits, places) -%}
    try_cast({{ number }} as decimal({{ digits }}, {{ places }}))
{%- endmacro %}
