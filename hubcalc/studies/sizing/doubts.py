"""How far method fast may be off for the metrics of one hub: measured, so that no cheaper mix is passed over."""

from dataclasses import replace

import numpy as np

from hubcalc.studies.base import Columns
from hubcalc.studies.sizing.meter import Judge
from hubcalc.studies.sizing.mixes import Levels
from hubcalc.studies.sizing.requirements import Requirement

_SAMPLE = 48
_REACH = 4.0
"""Mixes are compared whose metric by method fast is up to so many times the bound."""
_SAFETY = 1.5
_LEAST = 0.05


def measured_doubts(judge: Judge, levels: Levels, metrics: Columns) -> list[Requirement]:
    """Measure by how much method fast exaggerates, and widen what is looked at by the better method accordingly.

    Parameters
    ----------
    judge : Judge
        What the better method says, of which requirements.
    levels : ndarray, shape (mixes, choices)
        Mixes that were analyzed.
    metrics : dict
        Their metrics by method fast.

    Returns
    -------
    list of Requirement
        The requirements, those that the better method may see otherwise with one and a half times the largest relative
        difference (fast - better) / better that was found near their bounds, and at least 0.05.
    """
    if not judge.needed:
        return list(judge.requirements)
    return [
        replace(requirement, doubt=_measured(judge, requirement, levels, metrics)) if requirement.doubt else requirement
        for requirement in judge.requirements
    ]


def _measured(judge: Judge, requirement: Requirement, levels: Levels, metrics: Columns) -> float:
    losses = requirement.loss(metrics)
    size = abs(requirement.bound)
    near = np.flatnonzero(np.isfinite(losses) & (losses <= requirement.sense * requirement.bound + _REACH * size))
    if not near.size:
        return _LEAST
    # the nearest to the bound count most, those farther away tell of it less
    near = near[np.argsort(np.abs(losses[near] - requirement.sense * requirement.bound), kind="stable")]
    taken = near[np.unique(np.geomspace(1, near.size, _SAMPLE).astype(np.intp)) - 1]
    better = requirement.loss(judge(levels[taken]))
    known = np.isfinite(better) & (better != 0)
    exaggerated = (losses[taken] - better)[known] / np.abs(better[known])
    return _LEAST + _SAFETY * float(max(np.max(exaggerated, initial=0.0), 0.0))
