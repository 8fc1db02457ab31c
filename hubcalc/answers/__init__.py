"""Scenarios answered: what each asks becomes tables, findings with verdicts, and charts."""

from hubcalc.answers.asking import ask

__all__ = ["ask"]
