{# Columns that always have a value, and words that a column may hold, as of `unique_grain`; for
   relations of many rows, read once for all of them. #}
{% test filled(model, columns, words={}) %}
select {{ (columns + words.keys() | list) | unique | join(', ') }}
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% for column, allowed in words.items() %}
    or {{ column }} not in ('{{ allowed | join("', '") }}')
{% endfor %}
{% endtest %}
