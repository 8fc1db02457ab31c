"""A request for staging, read: paths of demand, what may stand, and the hub with each of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.documents import Documents
from hubcalc.errors import ArgumentError, ParameterError, Problem
from hubcalc.studies.staging.changes import variants_of
from hubcalc.studies.staging.demand import grown, interpolated, path_weights
from hubcalc.studies.staging.performance import Variants
from hubcalc.studies.staging.plans import BuiltSets, Integers, ancestors_of, built_sets, in_order, prefixes_of
from hubcalc.studies.subjects import asked_of
from hubcalc.units import DAYS_PER_YEAR
from hubmodels import Corridor, HubBase
from hubmodels.studies.base import StudySubject
from hubmodels.studies.staging import Expansion, StagingRequest

MOST_CELLS = 1_000_000
"""Sets of expansions times years times paths."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What a request for staging asks, with all that it names.

    Attributes
    ----------
    request : StagingRequest
        The request.
    subject : StudySubject
        What it is about.
    hub : HubBase
        The document, with what holds in all rows.
    flow : str
        The flow that demand and capacity count.
    paths : tuple of str
        Names of the paths.
    weights : array, shape (paths,)
        Their probabilities.
    demand : array, shape (years, paths)
        Demand. [units/day]
    sets : BuiltSets
        What may stand.
    ancestors : sequence of sets
        What each expansion requires, directly or not.
    leads : int array, shape (expansions,)
        Earliest year of each, counted from 0; the number of years if there is none.
    variants : Variants
        The hub with each set.
    """

    request: StagingRequest
    subject: StudySubject
    hub: HubBase
    flow: str
    paths: tuple[str, ...]
    weights: FloatArray
    demand: FloatArray
    sets: BuiltSets
    ancestors: Sequence[set[int]]
    leads: Integers
    variants: Variants

    @property
    def years(self) -> int:
        """How many years there are up to the horizon."""
        return len(self.demand)

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """The expansions."""
        return self.request.expansions

    @property
    def days_per_year(self) -> float:
        """Days of a year that count."""
        return DAYS_PER_YEAR - len(self.hub.opening.holidays)

    @property
    def order(self) -> list[int]:
        """The expansions in the order of the list, without those that exclude an earlier one, or require such a one."""
        return in_order(self.sets, range(len(self.expansions)))

    @property
    def chain(self) -> Integers:
        """The sets that stand if they are built in that order: nothing, the first, the first two ..."""
        return self.sets.index(prefixes_of(self.order, len(self.expansions)))


def case_of(request: StagingRequest, documents: Documents) -> Case:
    """Read a request.

    Parameters
    ----------
    request : StagingRequest
        The request.
    documents : Documents
        Where documents are found.

    Returns
    -------
    Case
        The request with all that it names.

    Raises
    ------
    ParameterError
        If the subject is a corridor, or demand, weights or expansions do not fit together.
    UnknownPathError, OverrideError
        If an expansion changes what is not there, or to what cannot be.
    RefusedError
        If all flows are to grow with a main flow of 0.
    """
    asked = asked_of(request, documents)
    hub = asked.document
    if isinstance(hub, Corridor):
        hint = "ask it of the hub or the line that limits the corridor"
        message = "a corridor has no stages to expand"
        raise ParameterError.of(
            Problem(message, pointer="/subject", given=hub.id, allowed="a hub or a line", hint=hint)
        )
    flow = request.scale or hub.main_flow
    try:
        demand, paths = _demand(request, float(hub.flows[flow].per_day))
        weights = path_weights(paths, request.weights)
        requires = _requires(request)
        place = {expansion.id: i for i, expansion in enumerate(request.expansions)}
        sets = built_sets(requires, [[place[other] for other in each.excludes] for each in request.expansions])
    except ArgumentError as error:
        raise ParameterError.of(*(_pointed(problem) for problem in error.problems)) from error
    if sets.sets * demand.size > MOST_CELLS:
        given = f"{sets.sets} sets of expansions in {len(demand)} years on {len(paths)} paths"
        hint = "give the order (ordered), say which require others, or take fewer years or paths"
        message = "too many cases for one study"
        allowed = f"a product of up to {MOST_CELLS:,}"
        raise ParameterError.of(Problem(message, pointer="/expansions", given=given, allowed=allowed, hint=hint))
    leads = np.array([min(expansion.lead_years, len(demand)) for expansion in request.expansions], dtype=np.int64)
    variants = variants_of(hub, request.expansions, sets, request.scale, request.method)
    return Case(
        request, asked.subject, hub, flow, paths, weights, demand, sets, ancestors_of(requires), leads, variants
    )


def _demand(request: StagingRequest, per_day: float) -> tuple[FloatArray, tuple[str, ...]]:
    """Give the demand by year and path, and the names of the paths."""
    first = request.first_year
    if request.growth is not None:
        start, years = request.growth.per_day or per_day, request.years or 1
        if not start > 0:
            message, allowed = "the flow of the document is 0", "a demand above 0 in the first year"
            raise ParameterError.of(Problem(message, pointer="/growth/per_day", given=start, allowed=allowed))
        columns = {name: grown(start, rate, years) for name, rate in request.growth.rates.items()}
    else:
        years = request.years or max(request.demand) - first + 1
        if years < 1:
            given, allowed = max(request.demand), f"{first} or later"
            raise ParameterError.of(Problem("it ends too early", pointer="/demand", given=given, allowed=allowed))
        given_years = sorted(request.demand)
        names = request.demand[given_years[0]]
        columns = {
            name: interpolated({year: request.demand[year][name] for year in given_years}, first, years)
            for name in names
        }
    return np.stack(list(columns.values()), axis=1), tuple(columns)


def _requires(request: StagingRequest) -> list[list[int]]:
    """Give for each expansion the places of those that it requires; in an ordered list also the one before it."""
    place = {expansion.id: i for i, expansion in enumerate(request.expansions)}
    requires = [{place[other] for other in expansion.requires} for expansion in request.expansions]
    if request.ordered:
        for before, after in pairwise(range(len(requires))):
            requires[after].add(before)
    return [sorted(needed) for needed in requires]


def _pointed(problem: Problem) -> Problem:
    """Point into the request."""
    return replace(problem, parameter=None, pointer=f"/{problem.parameter}")
