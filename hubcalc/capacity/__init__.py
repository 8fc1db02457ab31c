"""Formulas of capacity: numbers and arrays in, numbers and arrays out."""
