{{ current_rows('enrollments') }}
