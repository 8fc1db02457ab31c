"""What follows from a part of a document alone, computed once for it."""

import weakref
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def by_identity(compute: Callable[[Given], Found]) -> Callable[[Given], Found]:
    """Remember what a function makes of an object for as long as that object lives; it must be frozen.

    >>> class Stage:
    ...     servers = 3
    >>> @by_identity
    ... def servers_of(stage):
    ...     print("counted")
    ...     return stage.servers
    >>> stage = Stage()
    >>> servers_of(stage), servers_of(stage)
    counted
    (3, 3)
    """
    known: dict[int, tuple[weakref.ref[Given], Found]] = {}

    def remembered(given: Given) -> Found:
        key = id(given)
        entry = known.get(key)
        if entry is not None and entry[0]() is given:
            return entry[1]
        found = compute(given)
        known[key] = (weakref.ref(given, lambda _: known.pop(key, None)), found)
        return found

    return remembered
