"""How much work the chains of a day are, in multiplications, before they are built."""

import numpy as np
from scipy import special

from hubcalc.arguments import FloatArray
from hubcalc.queueing._day_profile import DayProfile
from hubcalc.queueing.phase_type_fits import two_moment_phases

_LIKELY_CYCLES = 20  # until a cycle is steady
_TERMS = 30.0  # of a series for a short piece
_PIECES = 8.0  # of an interval, both passes counted


def most_phase_states(profile: DayProfile, scv: FloatArray, room: int | None = None) -> float:
    """Return the states of the largest chain of phases; they are held for as long a line as there is room for."""
    phases = two_moment_phases(scv)
    line = profile.likely_most(scv) if room is None else np.full(scv.shape, float(room))
    begun = special.comb(profile.servers.max(axis=1) + phases, phases)
    return float((begun * (line + 1.0)).max())


def exact_work(profile: DayProfile, scv: FloatArray, periodic: bool) -> float:
    """Return the operations of all chains of phases together."""
    phases = two_moment_phases(scv).astype(np.float64)[:, None]
    fastest = np.where(scv[:, None] > 1.0, 2.0, phases)  # rate of a phase, for a mean of 1
    states = special.comb(profile.servers + phases - 1.0, phases - 1.0) * profile.likely_most(scv)[:, None]
    jumps = (profile.arrivals + profile.servers * profile.speed * fastest) * profile.hours + 4.0 * _TERMS
    return float((states * jumps * (phases + 4.0)).sum()) * (_LIKELY_CYCLES if periodic else 1)


def birth_death_work(profile: DayProfile, scv: FloatArray, periodic: bool) -> float:
    """Return the operations of the birth-death chains of all columns."""
    rate = (profile.arrivals + profile.servers * profile.speed).max(axis=0) * 2.0  # a lump may be half a customer
    jumps = (2.0 * rate * profile.hours + _PIECES * _TERMS).sum()
    states = float(profile.likely_most(scv).max()) * len(scv)
    return float(5.0 * states * jumps) * (_LIKELY_CYCLES if periodic else 1)
