"""Studies: many scenarios at once, in chunks that any process can do, and what follows from all of them together."""
