-- Whether each partner of the services program may have its Marketplace tile on the run's day, with
-- every clause against it (SERV-BEN-LISTING).
{{ verdicts(ref('int_listings__services'), 'partner_id') }}
order by partner_id
