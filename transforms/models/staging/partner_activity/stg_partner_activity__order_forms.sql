{{ current_rows('order_forms') }}
