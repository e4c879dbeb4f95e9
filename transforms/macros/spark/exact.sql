{# Whole numbers and exact quotients for Spark; the dispatchers say what each macro means. Whole
   numbers are decimals of 38 digits. #}

{% macro spark__whole_type() -%}
    decimal(38, 0)
{%- endmacro %}

{% macro spark__as_whole(number, factor) -%}
    cast(try_multiply({{ number }}, cast({{ factor }} as decimal(11, 0))) as decimal(38, 0))
{%- endmacro %}

{% macro spark__each_number(first, last) -%}
    explode(
        case
            when {{ first }} <= {{ last }}
                then sequence(cast({{ first }} as bigint), cast({{ last }} as bigint))
        end
    )
{%- endmacro %}

{% macro spark__whole_quotient(numerator, denominator) -%}
    ({{ numerator }} div {{ denominator }})
{%- endmacro %}

{# `div` gives a bigint: a larger result is more than any amount of money. #}
{% macro spark__quotient_or_null(factors, divisors) -%}
    {%- set numerator = spark__product(factors) -%}
    {%- set denominator = spark__product(divisors) -%}
    case
        when try_add(try_multiply(2, abs({{ numerator }})), {{ denominator }})
            < try_multiply(9000000000000000000, try_multiply(2, {{ denominator }}))
            then {{ from_ten_thousandths(rounded_quotient(numerator, denominator)) }}
    end
{%- endmacro %}

{% macro spark__product(factors) -%}
    {%- set made = namespace(sql="cast(1 as decimal(38, 0))") -%}
    {%- for factor in factors -%}
        {%- set whole = "cast(" ~ factor ~ " as decimal(38, 0))" -%}
        {%- set made.sql = "try_multiply(" ~ made.sql ~ ", " ~ whole ~ ")" -%}
    {%- endfor -%}
    {{ made.sql }}
{%- endmacro %}
