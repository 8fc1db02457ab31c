"""The kinds of studies, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from hubcalc.studies.base import StudyKind
from hubcalc.studies.sweeps import build_sweep
from hubmodels.studies.sweep import SweepRequest, SweepResult

STUDY_KINDS: Mapping[str, StudyKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            StudyKind("sweep", "sweeps", "Many scenarios, a row each", SweepRequest, SweepResult, build_sweep),
        )
    }
)
