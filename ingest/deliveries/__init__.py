"""Files as deliveries: identity, order of receipt, the bytes that are kept, and landing."""
