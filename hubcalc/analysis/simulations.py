"""Simulate a hub in one scenario: from what is asked to the result document."""

from collections import Counter
from collections.abc import Mapping
from math import inf
from typing import Any

from pydantic import ValidationError

from hubcalc.analysis.analyses import document_of
from hubcalc.analysis.curve import single_scenario
from hubcalc.analysis.evidence import input_evidence
from hubcalc.analysis.programs.outcomes import HubSimulation
from hubcalc.analysis.programs.seeds import default_seed
from hubcalc.analysis.programs.simulated import MOST_EVENTS, PRECISION, answers, simulate_hub
from hubcalc.analysis.programs.translate import translate
from hubcalc.analysis.simulation_report import in_result_models
from hubcalc.analysis.traces import first_events
from hubcalc.documents import problems_of
from hubcalc.errors import ParameterError
from hubcalc.simulation.runs import simulate_fixed
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.paths import replace_leaves
from hubmodels.results import Advice, HubReference
from hubmodels.simulation_results import SimulationInputs, SimulationReport


def simulate(
    hub: HubBase | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    precision: float | None = None,
    most_events: int = MOST_EVENTS,
    seed: int | None = None,
    replications: int | None = None,
    hours: float | None = None,
    trace: int = 0,
) -> SimulationReport:
    """Simulate a hub in one scenario, on all cores.

    Parameters
    ----------
    hub : HubBase, mapping or str
        A hub document, or the id of one of the fixtures.
    overrides : mapping, optional
        One value by path.
    precision : float, optional
        Half width of the 95 % interval of the main flow's mean dwell (or of its mean wait, if that is wider), by the
        mean dwell; 0.01 by default [-].
    most_events : int
        Budget of events, at most 500 million; a precision that it does not allow is not reached, which is said.
    seed : int, optional
        Scenarios with the same seed see the same random numbers, so that their difference is known better than either
        of them. By default it is made from the document and the overrides: the same inputs give the same report.
    replications : int, optional
        With `hours`, instead of a precision: so many replications.
    hours : float, optional
        Simulated time of each replication, warm-up included [h].
    trace : int
        List so many events of a run from its beginning, at most 10,000.

    Returns
    -------
    SimulationReport
        Metrics, stations, split of time and yards with confidence intervals of 95 %, and how the run went.

    Raises
    ------
    DocumentError
        If the document is not valid.
    UnknownPathError, OverrideError
        If an override cannot be used.
    ParameterError
        If another argument is out of its range.
    RefusedError
        If the hub has what is not simulated.

    Examples
    --------
    >>> report = simulate("khorgos-gateway", precision=0.1, most_events=2_000_000)
    >>> report.metrics["dwell_mean_hours"].verdict.status
    'simulated'
    """
    try:
        inputs = SimulationInputs(
            overrides=dict(overrides or {}),
            precision=precision,
            most_events=most_events,
            seed=seed,
            replications=replications,
            hours=hours,
            trace=trace,
        )
    except ValidationError as error:
        raise ParameterError.of(*problems_of(error, as_paths=True)) from error
    return simulate_inputs(document_of(hub), inputs)


def simulate_inputs(hub: HubBase, inputs: SimulationInputs, *, version: int | None = None) -> SimulationReport:
    """Simulate a document with inputs that have been validated.

    Parameters
    ----------
    hub : HubBase
        A hub document.
    inputs : SimulationInputs
        Overrides, precision or length, budget, seed and trace.
    version : int, optional
        Version of the stored document, to be named in the report.

    Returns
    -------
    SimulationReport
        Its inputs are complete: with them the same numbers come again.

    Raises
    ------
    UnknownPathError, OverrideError
        If an override cannot be used.
    RefusedError
        If the hub has what is not simulated.
    """
    changed, overrides = _plain_scenario(hub, inputs.overrides)
    seed = default_seed(changed) if inputs.seed is None else inputs.seed
    fixed = inputs.replications is not None
    precision = None if fixed else inputs.precision or PRECISION
    asked = inputs.model_copy(update={"overrides": overrides, "seed": seed, "precision": precision})
    found = _simulated(changed, asked, seed)
    contents = changed.main.contents
    return SimulationReport(
        hub=HubReference(id=hub.id, name=hub.name, kind=getattr(hub, "kind", ""), version=version),
        model_version=MODEL_VERSION,
        unit=changed.main.unit,
        content_unit=contents.unit if contents else None,
        inputs=asked,
        **in_result_models(found),
        trace=first_events(changed, seed, inputs.trace) if inputs.trace else [],
        warnings=_warnings(changed, found),
        evidence=dict(Counter(item.basis for item in input_evidence(changed, overrides))),
    )


def _simulated(hub: HubBase, asked: SimulationInputs, seed: int) -> HubSimulation:
    """Run the simulation: up to a precision, or so many replications of so many hours."""
    if asked.replications is None or asked.hours is None:
        return simulate_hub(hub, precision=asked.precision or PRECISION, most_events=asked.most_events, seed=seed)
    translation = translate(hub)
    result = simulate_fixed(
        translation.program,
        hours=asked.hours,
        replications=asked.replications,
        of=hub.main_flow if hub.main.per_day > 0 else None,
        most_events=asked.most_events,
        seed=seed,
    )
    return answers(hub, translation, result, inf)


def _warnings(hub: HubBase, found: HubSimulation) -> list[Advice]:
    """Say what a reader of the numbers should know."""
    run, advice = found.run, []
    if run.status == "steady" and not run.precision_met:
        reached = "unknown" if run.precision_reached is None else f"{run.precision_reached:.2%}"
        message = f"the half width is {reached} of the mean dwell after {run.events:,} events; allow more for less"
        advice.append(Advice(code="precision_not_reached", message=message))
    if run.status != "steady":
        advice.append(Advice(code=f"simulation_{run.status}", message=run.reason))
    left_out = [flow for flow in hub.flows if hub.flows[flow].per_day > 0 and flow not in found.flows]
    if left_out and found.flows:
        message = f"not simulated, since no unit of them was seen to leave: {', '.join(left_out)}"
        advice.append(Advice(code="flows_left_out", message=message))
    return advice


def _plain_scenario(hub: HubBase, overrides: Mapping[str, Any]) -> tuple[HubBase, dict[str, Any]]:
    """Apply overrides of one value each; the changed document has plain numbers, as a program needs them."""
    changed, read = single_scenario(hub, overrides)
    return replace_leaves(changed, read), read
