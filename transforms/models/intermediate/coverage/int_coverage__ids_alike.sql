-- Ids of one entity that differ only by case or by blanks inside them: ids keep their case, so they
-- are two things, and more often than not one that was typed twice (semantics 2).
with ids as (
    {% for entity, spec in contract().items() if spec.key %}
    {% set id = spec.key[0] %}
    {% if id.endswith('_id') and not spec.points_at.get(id) %}
    select distinct
        '{{ spec.source }}' as source,
        '{{ entity }}' as entity,
        '' as partner,
        {{ id }} as id
    from {{ staged(entity) }}
    union all
    {% endif %}
    {% endfor %}
    -- A reseller's subscriptions are known by the lines that name them; another reseller's ids are
    -- no concern of theirs.
    select distinct
        'reseller_reports' as source,
        'subscription_lines' as entity,
        partner_id || '/' as partner,
        subscription_id as id
    from {{ staged('subscription_lines') }}
),

folded as (
    select
        source,
        entity,
        partner,
        id,
        lower(replace(replace(id, ' ', ''), ' ', '')) as alike
    from ids
)

select
    source,
    entity,
    partner || min(id) as key,
    'ids_alike' as finding,
    'the ids ' || {{ joined("'\"' || id || '\"'", 'id') }}
    || ' differ only by case or blanks; each counts as its own' as detail
from folded
group by source, entity, partner, alike
having count(*) > 1
