{{ current_rows('trainings') }}
