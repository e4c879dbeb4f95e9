-- Failing means that a movement has the wrong sign: contraction and churn take away, the others
-- add.
select *
from {{ ref('fct_arr_by_partner_month') }}
where contraction > 0 or churn > 0 or new < 0 or expansion < 0 or reactivation < 0
