{# Fails with each combination of the columns that more than one row has: the grain is not what the
   first line of the model's description says. Nulls are equal here. #}
{% test rows_are_unique(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as number_of_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
