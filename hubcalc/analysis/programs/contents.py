"""What units bring, how many at a time, and how much of it a yard will hold."""

from collections.abc import Sequence

import numpy as np

from hubcalc.analysis.programs.base import Cargo
from hubcalc.analysis.programs.kinds import program_for
from hubcalc.capacity import occupancy_moments
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing import BatchLaw
from hubcalc.simulation.program import BatchSizes
from hubcalc.units import per_day_to_per_hour
from hubmodels import Contents, Flow, HubBase, Yard

_NEGLIGIBLE = 1e-10
"""Probability that is cut off the tail of the number of contents."""
_MOST_CONTENTS = 1 << 18


def cargo_of(flow: Flow) -> Cargo:
    """Give what a unit brings to the hub."""
    return Cargo() if flow.contents is None else Cargo(1.0, flow.contents.mean, flow.contents.scv)


def brings_contents(hub: HubBase, flow: Flow) -> bool:
    """Say whether a stage of the route handles what is inside the units one by one; else they travel as one."""
    return flow.contents is not None and any(
        program_for(stage).uses_contents(stage) for stage in (hub.stages[key] for key in flow.stages)
    )


def contents_law(flow_id: str, flow: Flow) -> BatchSizes:
    """Give the law of the number of contents, as the formulas have it, without a negligible tail.

    Raises
    ------
    RefusedError
        If there are too many of them to be simulated one by one.
    """
    contents = flow.contents or Contents(unit=flow.unit, mean=1.0)
    law = BatchLaw.fitted(contents.mean, contents.scv)
    most = int(2 * contents.mean) + 64
    while most <= _MOST_CONTENTS:
        probabilities = np.maximum(law.pmf(most).ravel(), 0.0)
        if 1 - probabilities.sum() < _NEGLIGIBLE:
            kept = probabilities[: int(np.flatnonzero(probabilities)[-1]) + 1]
            return BatchSizes(tuple((kept / kept.sum()).tolist()))
        most *= 2
    raise RefusedError.of(
        Problem(
            "so many contents cannot be simulated one by one",
            parameter=f"flows.{flow_id}.contents.mean",
            given=contents.mean,
            allowed=f"numbers of contents up to {_MOST_CONTENTS}",
        )
    )


def stored_teu(hub: HubBase, flow_ids: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Give mean and deviation of what each yard may hold if flows come around the clock and all contents are stored.

    It only says up to where the occupancy is recorded finely.
    """
    expected = {}
    for stage_id, stage in hub.stages.items():
        if isinstance(stage, Yard):
            moments = [_stored(stage, hub.flows[key]) for key in flow_ids if stage_id in hub.flows[key].stages]
            mean, variance = (sum(column) for column in zip(*moments, strict=True)) if moments else (0.0, 0.0)
            expected[stage_id] = mean, variance**0.5
    return expected


def visit_shares(hub: HubBase, flow_id: str) -> dict[str, float]:
    """Give the probability that what a flow brings visits each stage of its route; regrouping does not change it."""
    flow = hub.flows[flow_id]
    reached = dict.fromkeys(flow.stages, 0.0)
    reached[flow.entry] = 1.0
    for stage_id in flow.stages:
        for following, share in flow.transitions[stage_id].items():
            reached[following] += reached[stage_id] * share
    return {stage_id: share * hub.stages[stage_id].share for stage_id, share in reached.items()}


def _stored(stage: Yard, flow: Flow) -> tuple[float, float]:
    """Give mean and variance of what one flow keeps in a yard [TEU, TEU^2]."""
    contents = flow.contents or Contents(unit=flow.unit, mean=1.0)
    pairs = max(contents.mean**2 * (1 + contents.scv) - contents.mean, 0.0)
    rate = per_day_to_per_hour(flow.per_day)
    mean, variance = occupancy_moments(rate, contents.mean, pairs, stage.dwell_hours, stage.dwell_scv)
    teu = contents.teu_per_unit or 1.0
    return float(mean) * teu, float(variance) * teu**2
