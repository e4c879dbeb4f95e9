-- What each app's listing needs, one row per need, with its result and the row that shows it
-- (semantics 6). A commercial app's papers, tests and validations do not count for a FedRAMP
-- listing: each app stands alone (APP-FEDRAMP).
with apps as (
    select *, as_of as day
    from {{ ref('int_listings__apps') }}
),

validations as (
    {{ latest_validations('apps', ['apps.app_id'], 'apps.as_of', since='apps.removed_on') }}
),

-- A customer of this app and no other, who tested it in time.
tests as (
    {% call first_of_each('apps.app_id', 'tests.tested_on desc, tests.company_id') %}
    select
        apps.app_id,
        tests.company_id,
        tests.tested_on,
        {{ place_columns('tests') }}
    from apps
    inner join {{ ref('stg_app_usage__test_customers') }} as tests
        on apps.app_id = tests.app_id
        and tests.tested_on <= apps.listing_day
        and (apps.removed_on is null or tests.tested_on > apps.removed_on)
    {% endcall %}
)

select
    apps.app_id,
    'papers' as need,
    'TECH-SIGNED' as clause,
    papers.missing is null as is_met,
    case
        when papers.missing is null then 'the agreements are executed and run'
        else 'missing: ' || papers.missing
    end as detail,
    {{ landed_row('app_usage', 'apps', 'apps') }}
from apps
left join {{ missing_agreements('apps', 'app_id', 'listing.required_agreements') }} as papers
    on apps.app_id = papers.app_id
union all
select
    apps.app_id,
    'validation' as need,
    case when apps.removed_on is null then 'APP-VALIDATION' else 'APP-REAPPLY' end as clause,
    coalesce(validations.event = 'validated', false) as is_met,
    case
        when validations.event is null and apps.removed_on is not null
            then 'no validation since the removal on ' || {{ day_text('apps.removed_on') }}
        when validations.event is null then 'never validated'
        when validations.event = 'validated'
            then 'validated on ' || {{ day_text('validations.occurred_on') }}
        else 'failed validation on ' || {{ day_text('validations.occurred_on') }}
    end as detail,
    'app_usage' as source,
    case when validations.event is null then 'apps' else 'listing_events' end as entity,
    {{ place_of_match('validations', 'event', 'apps') }}
from apps
left join validations on apps.app_id = validations.app_id
union all
select
    apps.app_id,
    'test_customer' as need,
    case when apps.removed_on is null then 'APP-TEST-CUSTOMER' else 'APP-REAPPLY' end as clause,
    -- If the rule only encourages a test customer, the lack of one does not hold up a listing.
    tests.app_id is not null
    or coalesce(apps.test_customer_rule = 'encouraged', false) as is_met,
    case
        when tests.app_id is not null
            then 'tested by ' || tests.company_id || ' on ' || {{ day_text('tests.tested_on') }}
        else 'nobody tested it by ' || {{ day_text('apps.listing_day') }}
            || case
                when apps.removed_on is null then ''
                else ' since the removal on ' || {{ day_text('apps.removed_on') }}
            end
    end || '; a test customer was ' || coalesce(apps.test_customer_rule, 'required')
    || coalesce(' by ' || apps.ruled_by, '') as detail,
    'app_usage' as source,
    case when tests.app_id is null then 'apps' else 'test_customers' end as entity,
    {{ place_of_match('tests', 'app_id', 'apps') }}
from apps
left join tests on apps.app_id = tests.app_id
union all
select
    app_id,
    'page' as need,
    'TECH-LISTING-QUALITY' as clause,
    coalesce({{ trimmed('description') }}, '') <> ''
    and coalesce({{ trimmed('logo_url') }}, '') <> ''
    and coalesce({{ trimmed('support_contact') }}, '') <> '' as is_met,
    case when coalesce({{ trimmed('description') }}, '') = '' then 'no description; ' else '' end
    || case when coalesce({{ trimmed('logo_url') }}, '') = '' then 'no logo; ' else '' end
    || case
        when coalesce({{ trimmed('support_contact') }}, '') = '' then 'no support contact; ' else ''
    end
    || 'description, logo and support contact are looked at' as detail,
    {{ landed_row('app_usage', 'apps') }}
from apps
