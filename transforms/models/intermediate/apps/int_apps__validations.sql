-- The latest validation event of each app listed at a period's end, up to that end (TECH-TECHNICAL,
-- APP-VALIDATION).
{{ latest_validations(ref('int_apps__listed'), ['apps.period', 'apps.app_id'], 'apps.ends_on') }}
