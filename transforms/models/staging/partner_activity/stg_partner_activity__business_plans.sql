{{ current_rows('business_plans') }}
