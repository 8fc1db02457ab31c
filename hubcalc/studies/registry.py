"""The kinds of studies, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from hubcalc.studies.base import StudyKind
from hubcalc.studies.montecarlo import build_montecarlo
from hubcalc.studies.sensitivity import build_sensitivity
from hubcalc.studies.sizing import build_sizing
from hubcalc.studies.staging import build_staging
from hubcalc.studies.sweeps import build_sweep
from hubmodels.studies.montecarlo import MonteCarloRequest, MonteCarloResult
from hubmodels.studies.sensitivity import SensitivityRequest, SensitivityResult
from hubmodels.studies.sizing import SizingRequest, SizingResult
from hubmodels.studies.staging import StagingRequest, StagingResult
from hubmodels.studies.sweep import SweepRequest, SweepResult

STUDY_KINDS: Mapping[str, StudyKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            StudyKind("sweep", "sweeps", "Many scenarios, a row each", SweepRequest, SweepResult, build_sweep),
            StudyKind(
                "montecarlo",
                "montecarlo",
                "What the uncertainty of the inputs makes of the metrics",
                MonteCarloRequest,
                MonteCarloResult,
                build_montecarlo,
            ),
            StudyKind(
                "sensitivity",
                "sensitivity",
                "What each input does to the metrics",
                SensitivityRequest,
                SensitivityResult,
                build_sensitivity,
            ),
            StudyKind(
                "sizing",
                "sizings",
                "The cheapest mix of inputs that meets targets",
                SizingRequest,
                SizingResult,
                build_sizing,
            ),
            StudyKind(
                "staging",
                "staging",
                "What to build, and when, along paths of demand",
                StagingRequest,
                StagingResult,
                build_staging,
            ),
        )
    }
)


def study_kind(name: str) -> StudyKind:
    """Give a kind of study by its name; a function that other processes find."""
    return STUDY_KINDS[name]
