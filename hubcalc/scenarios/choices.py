"""Documents with other choices: another law of service time, another unit."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from hubcalc.documents import problems_of
from hubcalc.errors import OverrideError
from hubcalc.scenarios.texts import NumberText, read_text
from hubmodels import HubBase
from hubmodels.durations import LAW_MODELS
from hubmodels.paths import leaves


def changed_document(hub: HubBase, choices: Mapping[str, str], numbers: Mapping[str, Any]) -> HubBase:
    """Copy a document with other choices.

    A new law of service time keeps the fields that it shares with the old one (the mean, as a rule) and drops the
    others; what it needs besides must be among `numbers`, which are set too.

    Parameters
    ----------
    hub : HubBase
        The document.
    choices : mapping
        Choices by path.
    numbers : mapping
        Numbers by path, for fields that only the changed document has.

    Returns
    -------
    HubBase
        The changed document; evidence and uncertainty of inputs that it no longer has are left out.

    Raises
    ------
    OverrideError
        If the document is not valid with these choices.
    """
    document = hub.model_dump(mode="json")
    document["evidence"], document["uncertainty"] = {}, {}
    for path, choice in choices.items():
        parent, name = _parent(document, path)
        if name == "law":
            kept = LAW_MODELS[choice].model_fields
            for other in [field for field in parent if field not in kept]:
                del parent[other]
        parent[name] = choice
    for path, value in numbers.items():
        parent, name = _parent(document, path)
        # whether a share may be meant is for who knows the leaf
        number = read_text(value) if isinstance(value, str) else None
        parent[name] = number.value if isinstance(number, NumberText) else value
    try:
        changed = type(hub).model_validate(document)
        known = leaves(changed)
        return changed.model_copy(
            update={
                "evidence": {path: item for path, item in hub.evidence.items() if path in known},
                "uncertainty": {path: item for path, item in hub.uncertainty.items() if path in known},
            }
        )
    except ValidationError as error:
        raise OverrideError.of(*problems_of(error, as_paths=True)) from error


def _parent(document: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *keys, name = path.split(".")
    parent = document
    for key in keys:
        parent = parent.get(key) or {}
    return parent, name
