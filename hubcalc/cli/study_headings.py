"""What a result of a study says before its tables, in words."""

from typing import TYPE_CHECKING, Any

from hubcalc.cli.output import text_width
from hubcalc.cli.plain import entered, result, wrapped

if TYPE_CHECKING:
    from hubmodels.studies.base import StudyResult
    from hubmodels.studies.montecarlo import MonteCarloResult
    from hubmodels.studies.sensitivity import SensitivityResult
    from hubmodels.studies.sizing import SizingResult
    from hubmodels.studies.staging import StagingResult
    from hubmodels.studies.sweep import SweepResult

_THOUSAND = 1000


def study_heading(found: "StudyResult") -> str:
    """Say what was studied, and what came of it in one number or a few."""
    about = found.subject
    with_scenario = f", scenario {about.scenario}" if about.scenario else ""
    lines = [f"{about.name} ({about.id}{with_scenario})"]
    if about.overrides:
        lines.append("with " + ", ".join(f"{path} = {entered(value)}" for path, value in about.overrides.items()))
    lines += [f"{found.kind}, {found.rows:,} rows; model version {found.model_version}", *_SAID[found.kind](found)]
    return "\n".join(wrapped(line, text_width()) for line in lines)


def money(value: float) -> str:
    """Write an amount of money to the dollar.

    >>> money(10492436.045870854), money(-12.345)
    ('10,492,436', '-12.3')
    """
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else result(float(value))


def _sweep(found: "SweepResult") -> list[str]:
    seed = f", seed {found.seed}" if found.seed is not None else ""
    return [f"design {found.design}{seed}; {_statuses(found.statuses)}"]


def _statuses(statuses: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {status}" for status, count in statuses.items() if count)


def _montecarlo(found: "MonteCarloResult") -> list[str]:
    drawn = f"{len(found.inputs):,} inputs drawn ({found.design}, seed {found.seed})"
    return [f"{drawn}; {_statuses(found.statuses)}; intervals of {found.level * 100:g}%"]


def _sensitivity(found: "SensitivityResult") -> list[str]:
    intervals = f"; intervals of {found.level * 100:g}%, seed {found.seed}" if found.sobol else ""
    return [f"{len(found.inputs):,} inputs varied; {_statuses(found.statuses)}{intervals}"]


def _sizing(found: "SizingResult") -> list[str]:
    searched = f"{found.mixes:,} mixes"
    if found.search == "enumeration":
        searched += ", all analyzed"
    else:
        searched += f", {found.analyses:,} analyzed, gap {result(found.gap, '%')}{'%' if found.gap else ''}"
    confirmed = f", {found.confirmations:,} of them by {found.method}" if found.confirmations else ""
    cost = f"the cheapest costs {money(found.cost_usd_per_year)} USD a year, with {money(found.capital_usd)} USD"
    said = [f"{searched}{confirmed}; {cost} of capital at a discount rate of {found.discount_rate * 100:g}%"]
    if found.monotonicity == "violated":
        said.append("More was not always better: the search could not rest on it")
    return said


def _staging(found: "StagingResult") -> list[str]:
    years = ", ".join(f"{name}: {year or 'never'}" for name, year in found.best.years.items())
    paths = ", ".join(f"{name} {share * 100:g}%" for name, share in found.weights.items())
    return [f"USD of {found.usd_year}; paths of demand: {paths}", f"best schedule: {years}"]


_SAID: dict[str, Any] = {
    "sweep": _sweep,
    "montecarlo": _montecarlo,
    "sensitivity": _sensitivity,
    "sizing": _sizing,
    "staging": _staging,
}
