{# Every row has its counterpart: the columns, taken together, are found in another relation. #}
{% test points_at(model, columns, to, keys=none) %}
{% set keys = keys or columns %}
select rows.*
from {{ model }} as rows
left join (
    select distinct {{ keys | join(', ') }} from {{ to }}
) as targets
    on {% for column in columns -%}
    rows.{{ column }} = targets.{{ keys[loop.index0] }}{{ ' and ' if not loop.last }}
    {%- endfor %}
where targets.{{ keys[0] }} is null
    and {% for column in columns -%}
    rows.{{ column }} is not null{{ ' and ' if not loop.last }}
    {%- endfor %}
{% endtest %}
