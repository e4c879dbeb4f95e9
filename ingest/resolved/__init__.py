"""What libraries say of landed texts: domains, names, business days."""
