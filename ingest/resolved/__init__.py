"""What libraries say about landed texts: domains, names, business days."""
