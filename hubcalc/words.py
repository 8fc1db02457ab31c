"""Words: suggestions for a word that is not known."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Suggest the nearest known word.

    >>> did_you_mean("stages.front.crane", ["stages.front.cranes", "stages.yard.tiers"])
    'did you mean stages.front.cranes?'
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else None
