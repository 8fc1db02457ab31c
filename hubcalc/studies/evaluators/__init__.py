"""What turns overrides into metrics: a hub or a line in columns, a corridor row by row."""
