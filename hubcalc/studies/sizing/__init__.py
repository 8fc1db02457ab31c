"""Sizing: the cheapest mix of inputs that meets targets, and the trade-off of cost against time."""
