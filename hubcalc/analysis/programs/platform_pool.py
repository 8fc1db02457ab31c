"""A platform pool: a unit waits for its platforms, is loaded, and takes them away; they come back together one day.

The rake stays together: one return time for all platforms of a unit. The further time of a return without load is
exponential; added to a return that varies, it is drawn from the gamma law of the sum's two moments. Loading goes on
around the clock.
"""

from hubcalc.analysis.programs.base import Choice, Inside, Place, StageProgram
from hubcalc.analysis.programs.laws import law_of, two_moments
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Delay, ReleaseLater, Seize
from hubcalc.units import minutes_to_hours
from hubmodels import PlatformPool


def _inside(stage: PlatformPool, place: Place) -> Inside:
    needed = stage.platforms_per_unit
    platforms = place.places("platforms", stage.platforms)
    loaded = ReleaseLater(platforms, law_of(stage.return_time), needed)
    empty = ReleaseLater(platforms, empty_return_law(stage), needed)
    back = Choice(stage.empty_return_share, (empty,), (loaded,)) if stage.empty_return_share > 0 else loaded
    return Inside((Seize(platforms, needed), Delay(law_of(stage.loading_time))), (back,))


def empty_return_law(stage: PlatformPool) -> Law:
    """Give the time of a return for which there is no load."""
    mean_minutes, scv, _ = stage.return_time.moments()
    back, further = minutes_to_hours(float(mean_minutes)), stage.empty_return_hours
    if scv == 0 or further == 0:
        return two_moments(further, 1.0, back) if further > 0 else law_of(stage.return_time)
    variance = back**2 * scv + further**2
    return two_moments(back + further, variance / (back + further) ** 2)


PLATFORM_POOL = StageProgram(_inside)
