{# What every row of a relation keeps, in one query: no two rows share the grain that the first line
   of the description states; the columns of `filled` always have a value; those of `words` hold one
   of the words they may hold, or nothing. #}
{% test unique_grain(model, columns, filled=[], words={}) %}
select
    'more than one row' as fault,
    {{ key_text('rows', columns) }} as offender,
    count(*) as copies
from {{ model }} as rows
group by {{ columns | join(', ') }}
having count(*) > 1
{% if filled %}
union all
select
    'empty: {{ filled | join(", ") }}' as fault,
    {{ key_text('rows', columns) }} as offender,
    1 as copies
from {{ model }} as rows
where {% for column in filled %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endif %}
{% for column, allowed in words.items() %}
union all
select
    'unknown word in {{ column }}' as fault,
    rows.{{ column }} as offender,
    1 as copies
from {{ model }} as rows
where rows.{{ column }} not in ('{{ allowed | join("', '") }}')
{% endfor %}
{% endtest %}
