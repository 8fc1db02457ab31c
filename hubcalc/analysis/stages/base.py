"""What the analysis needs to know of a kind of stage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from hubcalc.analysis.methods import Column
from hubcalc.analysis.streams import Performance, Stream
from hubmodels import StageBase

S = TypeVar("S", bound=StageBase)


@dataclass(frozen=True, slots=True)
class StageMethod(Generic[S]):
    """The formulas of one kind of stage.

    Each takes the stage and the streams at its door, before `share` is applied. `servers` counts each resource; `loads`
    gives the utilization of each resource that one stream causes (streams add up); `perform` gives waits and service of
    those that visit; with its last argument it may take methods that are numerically exact.
    """

    servers: Callable[[S], dict[str, Column]]
    loads: Callable[[S, Stream], dict[str, Column]]
    perform: Callable[[S, list[Stream], bool], Performance]
    after: Callable[[S, Stream], Stream] | None = None
    """What becomes of a stream besides its rate and variability: a front decides which contents the yard receives, and
    regrouping changes what one unit brings and how many units there are (`per_hour`, `carried`)."""
    holds_back: bool = True
    """Units wait for the stage; without it, the stage only stores, and being full chokes nothing in this model."""
    capacity_is_bound: bool = False
    """The loads of several resources are taken apart, so the least of their capacities is only an upper bound."""
    others: Callable[[S], dict[str, Column]] | None = None
    """The load of each resource by what is no flow of the hub, and stays when the flows grow; none mostly."""
