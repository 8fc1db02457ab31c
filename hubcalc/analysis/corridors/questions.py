"""The questions that a corridor answers, by the names that they have at the command line and over HTTP."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from pydantic import BaseModel

from hubcalc.analysis.corridors.congestion import corridor_equilibrium, equilibrium_result
from hubcalc.analysis.corridors.emissions import corridor_emissions, emission_result
from hubcalc.analysis.corridors.flows import corridor_flow, flow_result
from hubcalc.analysis.corridors.resilience import corridor_resilience, resilience_result
from hubcalc.analysis.corridors.series import series_result, time_cost_distance_series
from hubcalc.analysis.corridors.storms import corridor_storms, storm_result
from hubcalc.analysis.corridors.transits import transit, transit_result
from hubmodels.corridor_results import CorridorReport


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what answers it, and what its function takes beside the corridor and the overrides.

    `result` answers it in one scenario that is assembled already, and takes the same options but for the method, which
    the parts have; warnings that take long are left out.
    """

    name: str
    summary: str
    ask: Callable[..., CorridorReport]
    result: Callable[..., BaseModel]

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its options.

        >>> QUESTIONS["transit"].options
        ('demand', 'via', 'method')
        """
        given = inspect.signature(self.ask).parameters.values()
        return tuple(p.name for p in given if p.kind is p.KEYWORD_ONLY and p.name != "documents")

    @property
    def report(self) -> type[CorridorReport]:
        """The form of its answer.

        >>> QUESTIONS["flow"].report.__name__
        'FlowReport'
        """
        form: type[CorridorReport] = inspect.signature(self.ask).return_annotation
        return form


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        question.name: question
        for question in (
            Question("transit", "Time from door to door", transit, partial(transit_result, advised=False)),
            Question("flow", "Least-cost flows and bottlenecks", corridor_flow, flow_result),
            Question("equilibrium", "Flows under congestion", corridor_equilibrium, equilibrium_result),
            Question("resilience", "What is lost without each part", corridor_resilience, resilience_result),
            Question("tcd", "Time and cost over distance", time_cost_distance_series, series_result),
            Question("emissions", "Greenhouse gases along the way", corridor_emissions, emission_result),
            Question("storms", "Waits through years of storms", corridor_storms, storm_result),
        )
    }
)
