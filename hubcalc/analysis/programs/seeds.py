"""A seed that follows from what is simulated, so that the same document always gives the same numbers."""

import hashlib
import json
from typing import Any

from hubmodels import HubBase

_OPENING = ("opens_hour", "hours_per_day", "days_per_week")
_OF_STAGES = ("label", "practical_utilization")
"""Fields of stages that no simulation looks at."""
_BYTES = 6
"""So many bytes make a number of at most 15 digits, which a cell of a spreadsheet still holds."""


def default_seed(hub: HubBase) -> int:
    """Make a seed from the inputs that a simulation rests on.

    Names, labels, the place, evidence, uncertainty, targets, holidays and practical utilizations do not count; neither
    does the order in which a document lists its flows and stages.

    Parameters
    ----------
    hub : HubBase
        A document with plain numbers.

    Returns
    -------
    int
        From 0 up to 15 decimal digits.

    Examples
    --------
    >>> from hubcalc.documents import fixture
    >>> hub = fixture("khorgos-gateway")
    >>> default_seed(hub) == default_seed(hub.model_copy(update={"name": "Another name"}))
    True
    """
    return int.from_bytes(hashlib.sha256(what_counts(hub).encode()).digest()[:_BYTES], "big")


def what_counts(hub: HubBase) -> str:
    """Give all of a document that a simulation rests on, as text: equal for documents that differ in nothing else."""
    return json.dumps(_what_counts(hub), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _what_counts(hub: HubBase) -> dict[str, Any]:
    document = hub.model_dump(mode="json", include={"opening", "flows", "main_flow", "stages"})
    return {
        "opening": {name: document["opening"][name] for name in _OPENING},
        "flows": document["flows"],
        "main_flow": document["main_flow"],
        "stages": {
            key: {name: value for name, value in stage.items() if name not in _OF_STAGES}
            for key, stage in document["stages"].items()
        },
    }
