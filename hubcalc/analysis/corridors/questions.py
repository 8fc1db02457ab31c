"""The questions that a corridor answers, by the names that they have at the command line and over HTTP."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hubcalc.analysis.corridors.congestion import corridor_equilibrium
from hubcalc.analysis.corridors.emissions import corridor_emissions
from hubcalc.analysis.corridors.flows import corridor_flow
from hubcalc.analysis.corridors.resilience import corridor_resilience
from hubcalc.analysis.corridors.series import time_cost_distance_series
from hubcalc.analysis.corridors.storms import corridor_storms
from hubcalc.analysis.corridors.transits import transit
from hubmodels.corridor_results import CorridorReport


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what answers it, and what its function takes beside the corridor and the overrides."""

    name: str
    summary: str
    ask: Callable[..., CorridorReport]

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
            Question("transit", "Time from door to door", transit),
            Question("flow", "Least-cost flows and bottlenecks", corridor_flow),
            Question("equilibrium", "Flows under congestion", corridor_equilibrium),
            Question("resilience", "What is lost without each part", corridor_resilience),
            Question("tcd", "Time and cost over distance", time_cost_distance_series),
            Question("emissions", "Greenhouse gases along the way", corridor_emissions),
            Question("storms", "Waits through years of storms", corridor_storms),
        )
    }
)
