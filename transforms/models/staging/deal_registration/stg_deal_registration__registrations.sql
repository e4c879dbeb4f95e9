{{ current_rows('registrations') }}
