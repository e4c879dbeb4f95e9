"""Files as deliveries: what each is, its order of receipt, what is kept and where it lands."""
