"""The command line: one module a group of commands, every import of weight inside its command."""
