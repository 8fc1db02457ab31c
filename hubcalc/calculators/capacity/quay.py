"""The length of a quay."""

from collections.abc import Sequence
from typing import get_args

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Option, Output, Readings
from hubcalc.calculators.capacity._answers import Answers, FloatArray, number, rule_of_thumb
from hubmodels.calculators.quay import QuayQuestion, QuayRule

OUTPUTS = (
    Output("length_m", "m", "Length of the quay"),
    Output("berth_length_m", "m", "Length of the quay per berth"),
)

METHODS: dict[QuayRule, str] = {
    "pianc": "f n (L + gap) + gap (UNCTAD, PIANC)",
    "tenth": "n (1 + g) L + g L (after UNCTAD 1978)",
}


def _answer(q: QuayQuestion) -> Readings:
    def length() -> FloatArray:
        if q.rule == "tenth":
            return capacity.quay_length_m(q.berths, q.vessel_length_m, q.gap_share)
        longest = q.vessel_length_m if q.longest_vessel_length_m is None else q.longest_vessel_length_m
        return capacity.pianc_quay_length_m(q.berths, q.vessel_length_m, longest, q.gap_m, q.length_factor)

    return Answers(
        OUTPUTS,
        METHODS[q.rule],
        {
            "length_m": lambda: rule_of_thumb(length()),
            "berth_length_m": lambda: rule_of_thumb(length() / number(q.berths)),
        },
    )


def _options(q: QuayQuestion, _: Readings) -> Sequence[Option]:
    """Give what the other rule says."""
    rules: tuple[QuayRule, ...] = get_args(QuayRule)
    return [
        Option(METHODS[rule], _answer(q.model_copy(update={"rule": rule})), f"rule {q.rule} was asked for")
        for rule in rules
        if rule != q.rule
    ]


QUAY = Calculator(
    name="quay",
    title="Length of a quay",
    question=QuayQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Ligteringen, H. & Velsink, H. (2012). Ports and Terminals. VSSD, Delft.",
        "A port exercise on the standard of UNCTAD 1978 (lecture notes): gaps of a tenth of the length.",
    ),
    options=_options,
)
