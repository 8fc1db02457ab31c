"""Evidence and uncertainty fit the document: each key is a path in it, each source is listed, each range is allowed."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from hubmodels.base import HIGHEST
from hubmodels.evidence import Evidence, Source, Uncertainty
from hubmodels.paths import Leaf, leaves


def sourcing_problems(
    document: BaseModel,
    sources: Mapping[str, Source],
    evidence: Mapping[str, Evidence],
    uncertainty: Mapping[str, Uncertainty],
) -> Iterator[str]:
    """Say what is wrong with the evidence and the uncertainty of a document, as ``place: message``."""
    known = leaves(document)
    for part, keys in (("evidence", evidence), ("uncertainty", uncertainty)):
        for path in keys:
            if path not in known:
                yield f"{part}: {path!r} is no path of this document"
    for path, item in evidence.items():
        if item.source is not None and item.source not in sources:
            yield f"evidence: {path}: source {item.source!r} is none of {sorted(sources)}"
    for path, spread in uncertainty.items():
        if path in known:
            yield from _spread_problems(path, known[path], spread)


def _spread_problems(path: str, leaf: Leaf, spread: Uncertainty) -> Iterator[str]:
    if leaf.value is None:
        yield f"uncertainty: {path}: an input without a value cannot be uncertain"
    if leaf.type == "choice":
        yield f"uncertainty: {path}: is a choice, not a number"
        return
    low = -HIGHEST if leaf.lower is None else leaf.lower
    high = HIGHEST if leaf.upper is None else leaf.upper
    below = spread.low < low or (spread.low == low and not leaf.lower_allowed)
    above = spread.high > high or (spread.high == high and not leaf.upper_allowed)
    if below or above:
        yield f"uncertainty: {path}: must lie within {leaf.allowed}"
