"""The command line: one module per group of commands, every import of weight inside its command."""
