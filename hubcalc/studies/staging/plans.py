"""What may stand: sets of expansions that are built together, and the ways from one set to a larger one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import ArgumentError, Problem

Integers = NDArray[np.int64]
Schedule = NDArray[np.int64]
"""Year in which each expansion is ready, counted from 0; the number of years if it is never built."""

MOST_SETS = 4_096
"""As many as twelve expansions have that may be built in any order."""


@dataclass(frozen=True, slots=True, eq=False)
class BuiltSets:
    """All sets of expansions that may stand, the empty one first.

    Attributes
    ----------
    members : bool array, shape (sets, expansions)
        What stands in each set; smaller sets come first.
    larger : int array, shape (expansions, sets)
        The set that each one becomes when an expansion is added; -1 if it stands already, or may not stand.
    """

    members: NDArray[np.bool_]
    larger: Integers

    @property
    def sets(self) -> int:
        """How many sets there are."""
        return len(self.members)

    @property
    def expansions(self) -> int:
        """How many expansions there are."""
        return int(self.members.shape[1])

    def index(self, built: NDArray[np.bool_]) -> Integers:
        """Find sets by what stands in them.

        Parameters
        ----------
        built : bool array, shape (..., expansions)
            What stands.

        Returns
        -------
        int array, shape (...)
            Index of each set.

        Raises
        ------
        ArgumentError
            If one of them may not stand.
        """
        place = np.zeros(built.shape[:-1], dtype=np.int64)
        for expansion in range(self.expansions):
            place = np.where(built[..., expansion], self.larger[expansion, place], place)
            if (place < 0).any():
                message = "an expansion stands without those that it requires, or with one that it excludes"
                raise ArgumentError.of(Problem(message, parameter="schedule", allowed="a set that may stand"))
        return place


def built_sets(requires: Sequence[Sequence[int]], excludes: Sequence[Sequence[int]] | None = None) -> BuiltSets:
    """Find all sets of expansions that may stand.

    Parameters
    ----------
    requires : sequence of sequences of int
        For each expansion those that must stand before it or together with it; all earlier in the list.
    excludes : sequence of sequences of int, optional
        For each expansion those that never stand together with it; all earlier in the list.

    Returns
    -------
    BuiltSets
        The sets and how they grow.

    Raises
    ------
    ArgumentError
        If there are more than 4,096 sets.

    Examples
    --------
    >>> built_sets([[], [0]]).members.astype(int).tolist()
    [[0, 0], [1, 0], [1, 1]]
    >>> built_sets([[], []], [[], [0]]).members.astype(int).tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    found = [0]
    for expansion, (needed, barred) in enumerate(zip(requires, excludes or [()] * len(requires), strict=True)):
        needs, bars = (sum(1 << other for other in others) for others in (needed, barred))
        found += [standing | 1 << expansion for standing in found if standing & (needs | bars) == needs]
        if len(found) > MOST_SETS:
            raise ArgumentError.of(
                Problem(
                    "there are too many orders in which these may be built",
                    parameter="expansions",
                    given=f"{len(requires)} expansions",
                    allowed=f"up to {MOST_SETS} sets that may stand together, as twelve in any order have",
                    hint="give the order (ordered), say which require others, or take fewer",
                )
            )
    masks = sorted(found, key=lambda mask: (mask.bit_count(), mask))
    place = {mask: i for i, mask in enumerate(masks)}
    bits = [1 << expansion for expansion in range(len(requires))]
    larger = [[-1 if mask & bit else place.get(mask | bit, -1) for mask in masks] for bit in bits]
    members = [[mask & bit > 0 for bit in bits] for mask in masks]
    return BuiltSets(np.array(members, dtype=bool), np.array(larger, dtype=np.int64))


def standing(sets: BuiltSets, schedule: Schedule, years: int) -> Integers:
    """Give the set that stands in each year of a schedule.

    >>> standing(built_sets([[], []]), np.array([2, 0]), 3).tolist()
    [2, 2, 3]
    """
    return sets.index(np.asarray(schedule) <= np.arange(years)[:, None])


def in_order(sets: BuiltSets, wanted: Sequence[int]) -> list[int]:
    """Take expansions one after the other, but for those that then may not stand; give them in order of the list.

    >>> in_order(built_sets([[], [], [0]], [[], [0], []]), [0, 1, 2]), in_order(built_sets([[], []]), [1, 0])
    ([0, 2], [0, 1])
    """
    stands = 0
    taken: list[int] = []
    for expansion in wanted:
        larger = int(sets.larger[expansion, stands])
        if larger >= 0:
            stands = larger
            taken.append(int(expansion))
    return sorted(taken)


def prefixes_of(order: Sequence[int], expansions: int) -> NDArray[np.bool_]:
    """Give what stands with none, the first, the first two ... of some expansions.

    >>> prefixes_of([0, 2], 3).astype(int).tolist()
    [[0, 0, 0], [1, 0, 0], [1, 0, 1]]
    """
    found = np.zeros((len(order) + 1, expansions), dtype=bool)
    for count, expansion in enumerate(order):
        found[count + 1 :, expansion] = True
    return found


def ancestors_of(requires: Sequence[Sequence[int]]) -> list[set[int]]:
    """Give for each expansion all those that must stand before it, directly or not."""
    found: list[set[int]] = []
    for needed in requires:
        found.append(set(needed).union(*(found[other] for other in needed)))
    return found


def moved(
    schedule: Schedule, expansion: int, year: int, ancestors: Sequence[set[int]], leads: Integers
) -> Schedule | None:
    """Move one expansion of a schedule to another year, and with it those that would break the order.

    Parameters
    ----------
    schedule : int array, shape (expansions,)
        The schedule.
    expansion : int
        Which one moves.
    year : int
        Year in which it is ready then; the number of years: never.
    ancestors : sequence of sets
        What each expansion requires, directly or not.
    leads : int array, shape (expansions,)
        Earliest year of each.

    Returns
    -------
    int array or None
        The schedule; None if something would have to be ready before it can be.

    Examples
    --------
    >>> moved(np.array([2, 5]), 0, 6, [set(), {0}], np.array([1, 1])).tolist()
    [6, 6]
    """
    changed = schedule.copy()
    changed[expansion] = year
    for other, needed in enumerate(ancestors):
        if expansion in needed:
            changed[other] = max(changed[other], year)
        elif other in ancestors[expansion]:
            changed[other] = min(changed[other], year)
    return None if (changed < leads).any() else changed
