"""Why there is no number, in one line for a cell."""

import re
from collections.abc import Sequence

from hubcalc.errors import Problem

_LONGEST = 255
"""What fits into a cell that people read, and into the narrowest texts of spreadsheets."""
_LONGEST_GIVEN = 40
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\ufffe\uffff\ud800-\udfff]+")
_CONTINUED = ("must ", "is ", "has ", "says ")
"""Beginnings of a message whose subject is the name before it."""


def error_line(said: str, problems: Sequence[Problem] = ()) -> str:
    """Write the first problem, or what is said where there is none, in one line of up to 255 characters.

    >>> error_line("", [Problem("must be >= 1", parameter="stages.front.cranes", given=0)])
    'ERR stages.front.cranes must be >= 1 (given 0)'
    >>> error_line("", [Problem("no such metric", given="utilisation", hint="did you mean utilization?")])
    'ERR no such metric (given utilisation); did you mean utilization?'
    """
    if not problems:
        return _cut(f"ERR {_plain(said)}", _LONGEST)
    problem = problems[0]
    where, message = problem.parameter or problem.pointer, _plain(problem.message)
    between = " " if message.startswith(_CONTINUED) else ": "
    text = f"ERR {_cut(_plain(where), 120)}{between}{message}" if where else f"ERR {message}"
    repeated = problem.given is None or str(problem.given) in message
    given = None if repeated else f"given {_cut(_plain(str(problem.given)), _LONGEST_GIVEN)}"
    # what must be has been said, and a suggestion is worth more than all that is possible
    told = message.startswith("must be") or problem.hint
    allowed = f"allowed {_plain(problem.allowed)}" if problem.allowed and not told else None
    hint = f"; {_plain(problem.hint)}" if problem.hint else ""
    for notes in ([given, allowed], [given]):
        inside = ", ".join(note for note in notes if note)
        whole = f"{text} ({inside}){hint}" if inside else text + hint
        if len(whole) <= _LONGEST:
            return whole
    return _cut(text + hint, _LONGEST)


def _plain(text: str) -> str:
    """Put a text into one line, without what cannot be printed."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
