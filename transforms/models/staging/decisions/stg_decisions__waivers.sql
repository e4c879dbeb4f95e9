{{ current_rows('waivers') }}
