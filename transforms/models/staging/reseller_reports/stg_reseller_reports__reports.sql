{{ current_rows('reports') }}
