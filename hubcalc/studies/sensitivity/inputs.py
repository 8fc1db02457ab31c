"""Which inputs a sensitivity study varies, with what law, and between which ends."""

from dataclasses import dataclass

import numpy as np

from hubcalc.documents import Documents
from hubcalc.errors import OverrideError, Problem
from hubcalc.sampling import Law
from hubcalc.studies.base import Evaluator
from hubcalc.studies.inputs import drawn, held_error, law_of, stated_uncertainty
from hubcalc.studies.subjects import Asked
from hubcalc.studies.sweeps.designs import full_paths
from hubmodels.evidence import Uncertainty
from hubmodels.paths import Leaf
from hubmodels.studies.laws import InputLaw, RangeInput
from hubmodels.studies.sensitivity import SensitivityRequest, VariedInput

P10, P50, P90 = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Varied:
    """One input that is varied: its value, its law, and its low and high value."""

    description: VariedInput
    leaf: Leaf
    law: Law | None
    value: float
    ends: tuple[float, float]

    @property
    def path(self) -> str:
        """Its full path."""
        return self.description.path

    @property
    def basis(self) -> str:
        """Where its law comes from."""
        return self.description.basis


def varied_inputs(request: SensitivityRequest, asked: Asked, documents: Documents) -> list[Varied]:
    """Find the inputs that a request varies: by default all whose range is stated, and those of `laws` last.

    Raises
    ------
    OverrideError
        If a path is unknown or a choice, held and varied at once, no law is stated for it, a law does not fit, or
        nothing varies.
    """
    known, spell = asked.evaluator.inputs, asked.evaluator.full_path
    laws = {
        full: (given, request.laws[given])
        for given, full in full_paths(list(request.laws), known, spell, "/laws").items()
    }
    overridden = {spell(path) for path in request.overrides}
    for path, (given, _) in laws.items():
        if path in overridden:
            raise held_error(given, f"/laws/{given}")
    held = {spell(path) for path in asked.subject.overrides}
    pointers: dict[str, str] = {}
    stated = stated_uncertainty(asked.document, documents)
    if request.uncertain is None:
        ranged = [path for path, item in stated.items() if item.low < item.high]
        paths = [path for path in ranged if path in known and path not in held]
    else:
        places = {given: f"/uncertain/{number}" for number, given in enumerate(request.uncertain)}
        full = full_paths(list(request.uncertain), known, spell, places.__getitem__)
        for given, path in full.items():
            if path in held and path not in laws:
                raise held_error(given, places[given])
        paths = list(full.values())
        pointers = {path: places[given] for given, path in full.items()}
    found = [
        _of_document(
            known[path],
            request,
            stated.get(path),
            path,
            pointers.get(path, f"/document/uncertainty/{path}"),
        )
        for path in paths
        if path not in laws
    ]
    found += [_of_law(known[path], law, "request", f"/laws/{given}", request) for path, (given, law) in laws.items()]
    if not found:
        hint = "name inputs in uncertain with a swing, or laws of inputs in laws"
        raise OverrideError.of(Problem("nothing varies", pointer="/uncertain", allowed="one input or more", hint=hint))
    return found


def _of_document(
    leaf: Leaf, request: SensitivityRequest, stated: Uncertainty | None, path: str, pointer: str
) -> Varied:
    """Take the range that the document states; a swing needs none."""
    if stated is not None and stated.low < stated.high:
        law = RangeInput(law="range", low=stated.low, high=stated.high)
        return _of_law(leaf, law, "document", pointer, request, path)
    needs_law = "sobol" in request.analysis or ("tornado" in request.analysis and request.swing is None)
    if leaf.type == "choice":
        raise OverrideError.of(Problem("a choice has no size", pointer=pointer, given=path, hint="vary numbers"))
    if needs_law or leaf.value is None:
        message = "the document states no uncertainty of this input"
        raise OverrideError.of(Problem(message, pointer=pointer, given=path, hint=f"name a law for it: laws.{path}"))
    value = float(leaf.value)
    return _varied(path, leaf, None, None, "request", value, request)


def _of_law(
    leaf: Leaf, stated: InputLaw, basis: str, pointer: str, request: SensitivityRequest, path: str | None = None
) -> Varied:
    law = law_of(stated, leaf, pointer)
    value = float(leaf.value) if leaf.value is not None else float(drawn(law, leaf, np.array([P50]))[0])
    return _varied(path or leaf.path, leaf, law, stated, basis, value, request)


def _varied(
    path: str,
    leaf: Leaf,
    law: Law | None,
    stated: InputLaw | None,
    basis: str,
    value: float,
    request: SensitivityRequest,
) -> Varied:
    if "tornado" not in request.analysis:
        ends = None
    elif request.swing is not None:
        ends = _swung(leaf, value, request.swing)
    elif law is not None:
        ends = _quantiles(law, leaf, stated)
    else:
        ends = None
    description = VariedInput(
        path=path,
        unit=leaf.unit,
        value=None if leaf.value is None else float(leaf.value),
        law=stated,
        basis="document" if basis == "document" else "request",
        low=ends[0] if ends else None,
        high=ends[1] if ends else None,
    )
    return Varied(description, leaf, law, value, ends or (value, value))


def _quantiles(law: Law, leaf: Leaf, stated: InputLaw | None) -> tuple[float, float]:
    """Give P10 and P90; a range that is stated is taken as it is, though its law is cut at the bounds of the input."""
    low, high = drawn(law, leaf, np.array([P10, P90])).tolist()
    if not isinstance(stated, RangeInput):
        return low, high
    low, high = np.clip([stated.low, stated.high], leaf.lower, leaf.upper).tolist()
    return (float(round(low)), float(round(high))) if leaf.type == "integer" else (low, high)


def _swung(leaf: Leaf, value: float, swing: float) -> tuple[float, float]:
    """Change a value by a share either way, a whole number at least by one, within the bounds of the input."""
    change = abs(value) * swing
    if leaf.type == "integer":
        change = max(round(change), 1)
    low, high = value - change, value + change
    return (
        low if leaf.lower is None else max(low, leaf.lower),
        high if leaf.upper is None else min(high, leaf.upper),
    )


def check_metric(name: str | None, evaluator: Evaluator) -> None:
    """Refuse a metric to sort by that is not among those that are computed.

    Raises
    ------
    OverrideError
        If there is no such number.
    """
    numbers = [column.name for column in evaluator.metrics if column.type == "number"]
    if not numbers:
        given = ", ".join(column.name for column in evaluator.metrics)
        message = "none of these metrics is a number"
        raise OverrideError.of(Problem(message, pointer="/fields", given=given, hint="name one that is"))
    if name is not None and name not in numbers:
        allowed = ", ".join(numbers)
        raise OverrideError.of(
            Problem("not among the metrics that are asked for", pointer="/sort_by", given=name, allowed=allowed)
        )
