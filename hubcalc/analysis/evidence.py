"""Where the inputs of an analysis come from."""

from collections.abc import Mapping
from typing import Any

from hubmodels import Corridor, HubBase
from hubmodels.paths import leaves
from hubmodels.results import InputEvidence


def input_evidence(document: HubBase | Corridor, overridden: Mapping[str, Any]) -> list[InputEvidence]:
    """List the inputs of a document with their evidence; `overridden` maps paths to what the caller gave instead."""
    listed = []
    for path, leaf in leaves(document).items():
        if path in overridden:
            listed.append(InputEvidence(path=path, value=overridden[path], unit=leaf.unit, basis="override"))
            continue
        evidence = document.evidence.get(path)
        if evidence is None:
            listed.append(InputEvidence(path=path, value=leaf.value, unit=leaf.unit, basis="default"))
            continue
        source = document.sources[evidence.source] if evidence.source else None
        listed.append(
            InputEvidence(
                path=path,
                value=leaf.value,
                unit=leaf.unit,
                basis=evidence.basis,
                source=source.title if source else None,
                url=source.url if source else None,
                year=evidence.year,
                note=evidence.note,
            )
        )
    new = overridden.keys() - {item.path for item in listed}
    listed += [InputEvidence(path=p, value=overridden[p], unit="", basis="override") for p in overridden if p in new]
    return listed
