"""Staging: what to build, and when."""
