{{ current_rows('overlaps') }}
