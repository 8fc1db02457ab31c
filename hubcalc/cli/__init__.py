"""The command line: the same calls as the REST interface, from a terminal, with a server or without."""

from hubcalc.cli.group import main

__all__ = ["main"]
