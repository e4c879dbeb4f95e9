-- Failing means that the pass over the feed lost rows or counted some twice: overlapping
-- installations, months or apps met one call more than once.
with feed as (
    select coalesce(sum(feed_rows), 0) as feed_rows from {{ ref('stg_app_usage__usage_parts') }}
),

outcomes as (
    select coalesce(sum(feed_rows), 0) as feed_rows from {{ ref('int_usage__call_months') }}
)

select
    feed.feed_rows,
    outcomes.feed_rows as outcome_rows
from feed
cross join outcomes
where feed.feed_rows <> outcomes.feed_rows
