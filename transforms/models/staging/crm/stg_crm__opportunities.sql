{{ standing_rows('opportunities') }}
