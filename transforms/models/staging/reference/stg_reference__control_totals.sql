{{ current_rows('control_totals') }}
