-- The last day of each line that can be in force and the line that ends it before its term does.
-- Expansions are settled with the other differences, by their own items or those of the line they
-- change.
select line_number, counts_to, ended_by
from {{ ref('int_arr__full_days') }}
where line_number in (
    select line_number from {{ ref('int_arr__roles') }} where line_type in ('new', 'renewal')
)
union all
select line_number, counts_to, ended_by
from ({{ last_days('changes', ref('int_arr__change_cuts')) }}) as changed
