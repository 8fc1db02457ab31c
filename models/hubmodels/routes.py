"""Routes: the way of a flow through the stages, a list or a graph."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from hubmodels.base import Rule, Slug

_ROUNDING = 1e-9
LEAST_SHARE, MOST_SHARE = 0.0, 1.0

Share = Annotated[float, Field(ge=LEAST_SHARE, le=MOST_SHARE, description="Share that goes on to this stage [1]")]
RouteGraph = dict[Slug, dict[Slug, Share]]
"""Each stage with the stages that follow and the shares that go there; what is left of 1 leaves the hub."""


def _form(value: Any) -> str:
    return "graph" if isinstance(value, Mapping) else "list"


_Length = Field(min_length=1, max_length=100)
Route = Annotated[
    Annotated[tuple[Slug, ...], _Length, Tag("list")] | Annotated[RouteGraph, _Length, Tag("graph")],
    Discriminator(_form),
]
"""The stages in order, or the graph of them."""


def transitions(route: Route) -> Mapping[str, Mapping[str, Any]]:
    """Map each stage to the stages that may follow it, with their shares.

    >>> transitions(("gate", "yard"))
    {'gate': {'yard': 1.0}, 'yard': {}}
    """
    if isinstance(route, Mapping):
        return route
    return {**{stage: {following: 1.0} for stage, following in pairwise(route)}, route[-1]: {}}


def stages_of(route: Route) -> tuple[str, ...]:
    """List the stages of a route, each after those that lead to it."""
    if not isinstance(route, Mapping):
        return route
    return tuple(_sorter(route).static_order())


def entry_of(route: Route) -> str:
    """Give the stage at which a route begins."""
    return stages_of(route)[0]


def route_problems(route: Route) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a route: place and message."""
    if not isinstance(route, Mapping):
        if len(set(route)) < len(route):
            yield "route", "a stage stands twice in it"
        return
    for stage, following in route.items():
        for target in following.keys() - route.keys():
            yield (
                f"route.{stage}.{target}",
                f"{target!r} is no stage of this route; add it, with {{}} if it is a last one",
            )
    try:
        _sorter(route).prepare()
    except CycleError as error:
        cycle = " -> ".join(reversed(error.args[1]))
        yield "route", f"goes in a circle ({cycle}); a unit passes each stage once at most"
        return
    entries = sorted(route.keys() - {target for following in route.values() for target in following})
    if len(entries) > 1:
        yield "route", f"begins at {' and '.join(map(repr, entries))}; one stage only may have none before it"


def share_rules(route: Route) -> Iterator[Rule]:
    """No more leaves a stage than has come."""
    if isinstance(route, Mapping):
        for stage, following in route.items():
            enough = sum(following.values()) <= 1 + _ROUNDING
            yield Rule(enough, (f"route.{stage}",), "the shares that go on sum to more than 1")


def _sorter(route: RouteGraph) -> TopologicalSorter[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(route, ()))
    for stage, following in route.items():
        for target in following:
            sorter.add(target, stage)
    return sorter
