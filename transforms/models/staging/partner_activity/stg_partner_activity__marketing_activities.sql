{{ current_rows('marketing_activities') }}
