{# A column holds one of the words it may hold, or nothing. #}
{% test one_of(model, column_name, words) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} is not null
    and {{ column_name }} not in ('{{ words | join("', '") }}')
{% endtest %}
