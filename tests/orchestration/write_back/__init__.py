"""Published decisions on their way into CRMs of the tests' own."""
