"""Monte Carlo requests that cannot be: each is refused at its place."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hubcalc.errors import HubcalcError, OverrideError, ParameterError


def loaded() -> Any:
    spec = spec_from_file_location("drawn", Path(__file__).parent / "drawn.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAWN = loaded()
request, study = DRAWN.request, DRAWN.study
FLOW, SERVICE, SERVERS = DRAWN.FLOW, DRAWN.SERVICE, DRAWN.SERVERS


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"laws": {"stages.desk.server": {"law": "uniform", "low": 1, "high": 2}}}, "/laws/stages.desk.server"),
        ({"laws": {SERVICE: {"law": "uniform", "low": -5, "high": -1}}}, f"/laws/{SERVICE}"),
        ({"laws": {FLOW: {"law": "uniform", "low": 1, "high": 2}}, "overrides": {FLOW: 3}}, f"/laws/{FLOW}"),
        ({"uncertain": [FLOW, "stages.no"]}, "/uncertain/1"),
        ({"uncertain": [SERVICE]}, "/uncertain/0"),
        ({"uncertain": [FLOW], "overrides": {FLOW: 3}}, "/uncertain/0"),
        ({"uncertain": []}, "/laws"),
        ({"correlations": [{"paths": [FLOW, SERVICE], "rank_correlation": 0.1}]}, "/correlations/0/paths/1"),
        ({"correlations": [{"paths": [FLOW, FLOW], "rank_correlation": 0.1}]}, "/correlations/0"),
        (
            {"shocks": {"x": {"law": {"law": "uniform", "low": 0.5, "high": 1}, "paths": [FLOW, "a.b"]}}},
            "/shocks/x/paths/1",
        ),
        (
            {"shocks": {"x": {"law": {"law": "uniform", "low": -2, "high": -1}, "paths": [FLOW]}}},
            "/shocks/x/law",
        ),
        ({"targets": {"utilisation": {"at_most": 1}}}, "/targets/utilisation"),
        ({"targets": {"bottleneck": {"at_most": 1}}}, "/targets/bottleneck"),
        ({"fields": ["no"]}, "/fields/0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises((OverrideError, ParameterError)) as caught:
        study(**fields)
    assert pointer in [problem.pointer for problem in caught.value.problems]


def test_correlations_that_exclude_each_other_are_refused_with_what_would_do() -> None:
    laws = {path: {"law": "uniform", "low": 1, "high": 2} for path in (FLOW, SERVICE, SERVERS)}
    pairs = [([FLOW, SERVICE], 0.9), ([SERVICE, SERVERS], 0.9), ([FLOW, SERVERS], -0.9)]
    given = [{"paths": paths, "rank_correlation": value} for paths, value in pairs]
    with pytest.raises(HubcalcError) as caught:
        study(laws=laws, correlations=given)
    assert [problem.pointer for problem in caught.value.problems] == [f"/correlations/{i}" for i in range(3)]
    assert all("nearest possible value" in str(problem.hint) for problem in caught.value.problems)


@pytest.mark.parametrize(
    "fields",
    [
        {"draws": 99},
        {"draws": 10_000_001},
        {"design": "grid"},
        {"percentiles": [0]},
        {"targets": {"utilization": {}}},
        {"targets": {"utilization": {"at_most": 1, "at_least": 2}}},
        {"correlations": [{"paths": [FLOW, SERVICE], "rank_correlation": 1}]},
        {"shocks": {"x": {"law": {"law": "uniform", "low": 0.5, "high": 1}, "paths": []}}},
    ],
)
def test_requests_that_make_no_sense_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        request(**fields)
