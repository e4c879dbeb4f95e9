{{ current_rows('marketing_plans') }}
