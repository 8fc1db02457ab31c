import json
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("queueing", deadline=None, derandomize=True)
settings.load_profile("queueing")

GOLDEN = Path(__file__).parents[1] / "golden"


def _load(name):
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["cases"]


@pytest.fixture
def golden():
    """Return a function that selects golden cases by model and quantity prefixes."""

    def select(name, model, quantity):
        cases = [c for c in _load(name) if c["model"].startswith(model) and c["quantity"].startswith(quantity)]
        assert cases, f"no golden case of {model}, {quantity} in {name}"
        return cases

    return select
