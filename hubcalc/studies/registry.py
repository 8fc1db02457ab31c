"""The kinds of studies, by name."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from hubcalc.documents import Documents
from hubcalc.studies.base import Study, StudyKind
from hubmodels.studies.montecarlo import MonteCarloRequest, MonteCarloResult
from hubmodels.studies.sensitivity import SensitivityRequest, SensitivityResult
from hubmodels.studies.sizing import SizingRequest, SizingResult
from hubmodels.studies.staging import StagingRequest, StagingResult
from hubmodels.studies.sweep import SweepRequest, SweepResult


class _Builder:
    """What builds a kind of study; its module is loaded with the first study: a worker mostly needs one kind.

    Parameters
    ----------
    package : str
        Which one of `hubcalc.studies`.
    name : str
        Of its function.
    """

    def __init__(self, package: str, name: str) -> None:
        self._package, self._name = package, name

    def __call__(self, request: Any, documents: Documents) -> Study:
        build = getattr(import_module(f"hubcalc.studies.{self._package}"), self._name)
        study: Study = build(request, documents)
        return study


STUDY_KINDS: Mapping[str, StudyKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            StudyKind(
                "sweep",
                "sweeps",
                "Many scenarios, a row each",
                SweepRequest,
                SweepResult,
                _Builder("sweeps", "build_sweep"),
            ),
            StudyKind(
                "montecarlo",
                "montecarlo",
                "What the uncertainty of the inputs makes of the metrics",
                MonteCarloRequest,
                MonteCarloResult,
                _Builder("montecarlo", "build_montecarlo"),
            ),
            StudyKind(
                "sensitivity",
                "sensitivity",
                "What each input does to the metrics",
                SensitivityRequest,
                SensitivityResult,
                _Builder("sensitivity", "build_sensitivity"),
            ),
            StudyKind(
                "sizing",
                "sizings",
                "The cheapest mix of inputs that meets targets",
                SizingRequest,
                SizingResult,
                _Builder("sizing", "build_sizing"),
            ),
            StudyKind(
                "staging",
                "staging",
                "What to build, and when, along paths of demand",
                StagingRequest,
                StagingResult,
                _Builder("staging", "build_staging"),
            ),
        )
    }
)


def study_kind(name: str) -> StudyKind:
    """Give a kind of study by its name; a function that other processes find."""
    return STUDY_KINDS[name]
