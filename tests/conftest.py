"""What tests of several parts share."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

RECORD = os.environ.get("HUBCALC_GOLDEN_RECORD")
"""File to which each comparison with a golden case is added; see benchmarks/golden_errors.py."""


@pytest.fixture
def agrees() -> Callable[..., None]:
    """Return a function that asserts a value against a golden case's own tolerance, not tighter than `rel`."""

    def check(case: Mapping[str, Any], value: float, rel: float) -> None:
        own = case.get("tolerance", {})
        allowed = own.get("abs", 0.0) + max(own.get("rel", 0.0), rel) * abs(case["value"])
        error = abs(value - case["value"])
        if RECORD:
            line = {"model": case["model"], "quantity": case["quantity"], "id": case["id"], "value": case["value"]}
            with Path(RECORD).open("a", encoding="utf-8") as record:
                record.write(json.dumps({**line, "error": error, "allowed": allowed}) + "\n")
        assert error <= allowed, (case["id"], value, case["value"])

    return check
