"""A yard: each of the contents lies there for a time of its own, and no handling unit is held.

The stage's share is one of the contents, as in the formulas.
"""

from hubcalc.analysis.programs.base import Inside, Measure, Place, StageProgram
from hubcalc.analysis.programs.laws import two_moments
from hubcalc.simulation.program import Storage, Store
from hubmodels import Yard

_ROOM = 4.0
"""Multiple of the expected mean, and with it ten deviations, up to which the occupancy is recorded."""
_DEVIATIONS = 10.0


def _inside(stage: Yard, place: Place) -> Inside:
    mean, deviation = place.stored_teu
    teu = 1.0 if place.flow.contents is None else place.flow.contents.teu_per_unit or 1.0
    most = max(_ROOM * mean + _DEVIATIONS * deviation, 10.0 * teu)
    storage = place.parts.storage(Storage(f"{place.stage_id}.slots", most))
    place.account.storage = storage
    place.measure(Measure("ground_slots", "stored", storage, stage.peak_factor / (stage.ground_slots * stage.tiers)))
    share = place.cargo.stored_share * stage.share
    if share == 0:
        return Inside(())
    return Inside((Store(storage, two_moments(stage.dwell_hours, stage.dwell_scv), share, teu),))


YARD = StageProgram(
    _inside,
    uses_contents=lambda _: True,
    looks_at=frozenset({"stored_share"}),
    share_is_of_contents=lambda _: True,
)
