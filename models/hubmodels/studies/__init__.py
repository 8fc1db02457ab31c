"""Requests and results of studies: many scenarios at once, and what follows from all of them together."""
