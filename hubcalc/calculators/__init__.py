"""Calculators: questions that need no document of a hub. Models of questions meet formulas here, column by column."""
