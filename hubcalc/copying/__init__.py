"""Ready texts for a question: formulas, queries, commands and programs that ask it of a server.

Pure functions from an address to texts; nothing is sent. No text holds a key: where a server wants one, a formula takes
it from a cell, a query from the credentials of the program, and a program from the environment.
"""

from hubcalc.copying.asked import Asked, ReadyText
from hubcalc.copying.texts import ready_texts

__all__ = ["Asked", "ReadyText", "ready_texts"]
