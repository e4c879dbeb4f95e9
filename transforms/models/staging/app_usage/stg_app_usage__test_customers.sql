{{ current_rows('test_customers') }}
