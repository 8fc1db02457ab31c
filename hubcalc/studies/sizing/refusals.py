"""Why there is no mix: which target is missed, and by how much at least."""

from collections.abc import Mapping, Sequence

import numpy as np

from hubcalc.errors import Problem, RefusedError
from hubcalc.studies.base import Columns
from hubcalc.studies.sizing.mixes import Lattice, Levels
from hubcalc.studies.sizing.requirements import Requirement, worst_miss

HINT = "allow larger values, or less strict targets"


def why_none(
    lattice: Lattice, levels: Levels, metrics: Columns, requirements: Sequence[Requirement], units: Mapping[str, str]
) -> str:
    """Say which targets the mix that comes closest misses, and the best value that any mix has.

    Parameters
    ----------
    lattice : Lattice
        The mixes that there are.
    levels : ndarray, shape (mixes, choices)
        The mixes that were analyzed.
    metrics : dict
        Their metrics.
    requirements : sequence of Requirement
        What was to be met.
    units : mapping
        Units of the metrics.

    Returns
    -------
    str
        One sentence for each target that is missed.
    """
    misses = worst_miss(requirements, metrics)
    closest = int(np.argmin(misses))
    if not np.isfinite(misses[closest]):
        nowhere = [str(r) for r in requirements if not np.isfinite(r.loss(metrics)).any()]
        if nowhere:
            return f"{nowhere[0]}: it has no value in any of the {len(levels)} mixes, as without a steady state"
        return "none of the mixes has a value for all targets at once, as without a steady state"
    mix = ", ".join(f"{path}={value:g}" for path, value in lattice.mix(levels[closest]).items())
    said = []
    for requirement in requirements:
        miss = float(requirement.miss(metrics)[closest])
        if miss > 0:
            unit, value = units[requirement.metric], float(metrics[requirement.metric][closest])
            best = requirement.sense * float(np.min(requirement.loss(metrics)))
            said.append(
                f"{requirement} {unit} is missed by {abs(value - requirement.bound):.4g} {unit} ({miss:.1%}) "
                f"by the mix that comes closest to all targets ({mix}); the best of any mix is {best:.4g} {unit}"
            )
    return "; ".join(said)


def no_mix(reason: str) -> RefusedError:
    """Make the error for targets that no mix meets."""
    return RefusedError.of(Problem(f"no mix meets all targets: {reason}", pointer="/targets", hint=HINT))
