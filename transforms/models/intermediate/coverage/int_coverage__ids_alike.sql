{% set ids = [
    ('partner_activity', 'partners', 'partner_id', none),
    ('partner_activity', 'agreements', 'agreement_id', none),
    ('partner_activity', 'contacts', 'contact_id', none),
    ('partner_activity', 'trainings', 'training_id', none),
    ('partner_activity', 'order_forms', 'order_form_id', none),
    ('partner_activity', 'referrals', 'referral_id', none),
    ('app_usage', 'apps', 'app_id', none),
    ('app_usage', 'installations', 'installation_id', none),
    ('reseller_reports', 'subscription_lines', 'subscription_id', 'partner_id'),
    ('crm', 'accounts', 'account_id', none),
    ('crm', 'opportunities', 'opportunity_id', none),
    ('deal_registration', 'registrations', 'registration_id', none),
] %}
-- Ids of one entity that differ only by case or by blanks within: they are two, and a person should
-- know. One row for each group of them; a subscription's id is its partner's own.
with ids as (
    {% for source, entity, column, owner in ids %}
    select distinct
        '{{ source }}' as source,
        '{{ entity }}' as entity,
        '{{ column }}' as id_column,
        {% if owner %}{{ owner }}{% else %}cast(null as string){% endif %} as owner,
        {{ column }} as id
    from {{ ref('stg_' ~ source ~ '__' ~ entity) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

folded as (
    select
        *,
        lower(replace(replace(id, ' ', ''), chr(160), '')) as folded_id
    from ids
)

select
    source,
    entity,
    coalesce(min(owner) || '/', '') || min(id) as key,
    'ids_alike' as finding,
    'values of ' || min(id_column) || ' that differ only by case or blanks are different ids: '
    || {{ joined("'\"' || id || '\"'", 'id') }} as detail
from folded
group by source, entity, owner, folded_id
having count(*) > 1
