"""CRMs on this machine, for the tests of what comes from one and of what goes back."""
