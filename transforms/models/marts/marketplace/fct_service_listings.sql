-- Whether each partner of the services program may have its Marketplace tile on the run's day, with
-- every clause against it (SERV-BEN-LISTING).
select
    partner_id,
    bool_and(is_met) as eligible,
    {{ sorted_list('case when not is_met then clause end') }} as reasons
from {{ ref('int_listings__services') }}
group by partner_id
order by partner_id
