{# Intervals around a figure. They say how certain the figure is and are not figures themselves, so
   a root may be taken in floating point; a figure never is. #}

{# One bound of Wilson's interval of a share, `side` + or -, to 4 places; null without trials. #}
{% macro wilson_bound(successes, trials, z, side) -%}
    case
        when {{ trials }} > 0
            then cast(round(least(greatest((
                cast({{ successes }} as double) / {{ trials }}
                + cast({{ z }} as double) * {{ z }} / (2 * {{ trials }})
                {{ side }} cast({{ z }} as double) * sqrt(
                    cast({{ successes }} as double) * ({{ trials }} - {{ successes }})
                    / {{ trials }} / {{ trials }} / {{ trials }}
                    + cast({{ z }} as double) * {{ z }} / (4.0 * {{ trials }} * {{ trials }})
                )
            ) / (1 + cast({{ z }} as double) * {{ z }} / {{ trials }}), 0), 1), 4) as decimal(38, 4))
    end
{%- endmacro %}

{# One bound of the interval of a sum of `trials` amounts, from their sum and the sum of their
   squares; null for fewer than two. #}
{% macro sum_bound(total, squares, trials, z, side) -%}
    case
        when {{ trials }} > 1
            then cast(round(
                cast({{ total }} as double)
                {{ side }} cast({{ z }} as double) * sqrt(greatest(
                    (
                        cast({{ squares }} as double)
                        - cast({{ total }} as double) * cast({{ total }} as double) / {{ trials }}
                    ) * {{ trials }} / ({{ trials }} - 1),
                    0
                )),
                4
            ) as decimal(38, 4))
    end
{%- endmacro %}
