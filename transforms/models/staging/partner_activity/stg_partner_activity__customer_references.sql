{{ current_rows('customer_references') }}
