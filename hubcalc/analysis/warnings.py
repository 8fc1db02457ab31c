"""What the reader of a result should know."""

from collections.abc import Iterator

from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.rows import at
from hubmodels import TransshipmentFront
from hubmodels.results import Advice, StationResult

BUSY = 0.9
"""From this utilization on, a mean wait says little: small changes of the flow change it much."""


def warnings_of(analysis: HubAnalysis, stations: list[StationResult], i: int) -> list[Advice]:
    """List the warnings of one scenario."""
    return [*_of_stations(stations), *_of_hub(analysis, i)]


def _of_stations(stations: list[StationResult]) -> Iterator[Advice]:
    for station in stations:
        if station.fewest_stable_servers is not None:
            yield Advice(
                code="unstable",
                message=(
                    f"{station.stage} has no steady state: its queue grows by {station.growth_per_day:.3g} a day; "
                    f"{station.fewest_stable_servers} {station.limit} would be stable. "
                    "What follows receives its capacity."
                ),
            )
        elif station.utilization >= BUSY and station.kind != "yard":
            yield Advice(
                code="high_utilization",
                message=f"{station.stage} is loaded to {station.utilization:.0%}: small changes move its wait much.",
            )
        if (
            station.verdict.status == "approximate"
            and station.verdict.expected_error is None
            and station.wait_mean_hours
        ):
            yield Advice(code="error_unknown", message=f"{station.stage}: no error has been measured for its wait.")


def _of_hub(analysis: HubAnalysis, i: int) -> Iterator[Advice]:
    hub = analysis.hub
    if at(analysis.state.open_share, i) < 1:
        yield Advice(
            code="closing_times",
            message="Closing times are treated as a fluid on top of a steady queue; the sum is approximate.",
        )
    if hub.opening.holidays:
        yield Advice(code="holidays", message="Holidays lower yearly figures only; no delay is computed for them.")
    for stage_id in hub.main.route:
        if isinstance(hub.stages[stage_id], TransshipmentFront):
            yield Advice(
                code="pairing_assumed",
                message=f"{stage_id}: a broad-gauge train is assumed at hand for each standard-gauge train.",
            )
