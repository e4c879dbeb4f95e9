-- Where the figures and answers computed here differ from what was published; empty when all agree.
select 'metric' as what, concat_ws(' ', period, program, metric) as key,
    published.value::varchar as published, figures.value::varchar as recomputed
from published_metrics as published
full join recomputed_metrics as figures using (period, program, metric)
where published.value is distinct from figures.value
    or published.value_high is distinct from figures.value_high
union all
select 'requirement', concat_ws(' ', period, program, requirement),
    concat_ws(' ', published.status, published.value, published.threshold),
    concat_ws(' ', results.status, results.value, results.threshold)
from published_requirements as published
full join recomputed_requirements as results using (period, program, requirement)
where published.status is distinct from results.status
    or published.value is distinct from results.value
    or published.threshold is distinct from results.threshold
    or published.threshold_source is distinct from results.threshold_source
union all
select 'standing', concat_ws(' ', period, program), published.status, standing.status
from published_standing as published
full join recomputed_standing as standing using (period, program)
where published.status is distinct from standing.status
union all
select 'criterion', concat_ws(' ', tier, criterion),
    concat_ws(' ', published.status, published.value, published.threshold),
    concat_ws(' ', criteria.status, criteria.value, criteria.threshold)
from published_criteria as published
full join recomputed_criteria as criteria using (tier, criterion)
where published.status is distinct from criteria.status
    or published.value is distinct from criteria.value
    or published.threshold is distinct from criteria.threshold
union all
select 'tier', tier_year::varchar,
    concat_ws(' ', published.tier_low, published.tier_high, published.tier),
    concat_ws(' ', computed.tier_low, computed.tier_high, computed.tier)
from published_tier as published
full join recomputed_tier as computed using (tier_year)
-- A tier that is not the one reached at worst is kept by a notice before its fall, which the
-- partner's rows do not decide.
where (published.tier_low, published.tier_high, published.undetermined)
    is distinct from (computed.tier_low, computed.tier_high, computed.undetermined)
    or (published.tier is distinct from computed.tier and published.tier = published.tier_low)
order by what, key
