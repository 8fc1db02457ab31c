"""A berth: kept while the vessel waits for its window, moors, is handled, and until the next stage has room.

Handling takes the vessel's contents by the pace of its cranes; both vary from vessel to vessel and independently, so
1 + scv of the time is the product of theirs. It is drawn from the gamma law of these two moments, not from the number
of the contents that the simulated vessel carries. Breakdowns may come at any time at the berth.
"""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram, room_before
from hubcalc.analysis.programs.calendars import window_clock
from hubcalc.analysis.programs.laws import two_moments
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import ALWAYS, AwaitOpen, Release, Seize, Work
from hubmodels import Berth


def _inside(stage: Berth, place: Place) -> Inside:
    berths = place.servers(stage, "berths", stage.berths)
    window = ALWAYS if stage.access is None else window_clock(stage.access)
    awaited = () if window == ALWAYS else (AwaitOpen(window),)
    mean, scv = place.cargo.mean, place.cargo.scv
    repairs = place.account.measures["berths"].factor
    place.account.before_hours = max(mean * (1 + scv) - 1, 0.0) / 2 / stage.moves_per_hour * repairs
    work = Work(berths, occupation_law(stage, mean, scv))
    return Inside((Seize(berths), *awaited, work), (Release(berths),))


def occupation_law(stage: Berth, contents_mean: float, contents_scv: float) -> Law:
    """Give the time of mooring and handling."""
    scv = (1 + contents_scv) * (1 + stage.handling_scv) - 1
    return two_moments(contents_mean / stage.moves_per_hour, scv, stage.mooring_hours)


BERTH = StageProgram(_inside, room_before(lambda stage: stage.berths), looks_at=frozenset({"size"}))
