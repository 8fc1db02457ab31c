"""What turns overrides into metrics: a hub or a line in columns, a corridor with its hubs and lines in columns."""
