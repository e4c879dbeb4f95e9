{{ current_rows('fx_rates') }}
