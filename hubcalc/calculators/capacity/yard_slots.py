"""The size of a yard by the rules of guidelines."""

from typing import Any

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import Answers, growth, if_given, number, rule_of_thumb
from hubcalc.units import DAYS_PER_YEAR
from hubmodels.calculators.yard_slots import YardSlotsQuestion

OUTPUTS = (
    Output("needed_ground_slots", "slots", "Ground slots that the flow needs", whole=True),
    Output("needed_area_m2", "m2", "Area for these", whole=True),
    Output("volume_area_m2", "m2", "Area from the volume that is stored"),
    Output("fitting_slots", "slots", "Slots that fit on the area that there is", met_from=True),
    Output("occupancy_mean_teu", "TEU", "Containers that are there on average"),
    Output(
        "theoretical_capacity_teu_per_year",
        "TEU/year",
        "Flow that keeps all places of the slots filled on average",
        met_from=True,
    ),
    Output(
        "practical_capacity_teu_per_year",
        "TEU/year",
        "Flow at which the slots that there are are just enough by the guideline",
        met_from=True,
    ),
    Output("utilization", "1", "Mean occupancy over all places of the slots"),
    Output("growth_per_day", "TEU/day", "Containers beyond what all places turn over"),
    Output("shortfall_ground_slots", "slots", "Slots that are missing by the guideline", whole=True),
)

METHOD = "V f D / (h r m days) (PIANC 2014)"
TURNOVER = "places are turned over once in a dwell (Little's law)"


def _answer(q: YardSlotsQuestion) -> Readings:
    present = number(q.teu_per_year) * number(q.dwell_days) / number(q.days_per_year)
    places = number(q.ground_slots) * number(q.tiers) * number(q.stacking_share)
    full = places * number(q.days_per_year) / number(q.dwell_days)
    needed = number(
        capacity.ground_slots(
            q.teu_per_year, q.dwell_days, q.tiers, q.stacking_share, q.occupancy_share, q.peak_factor, q.days_per_year
        )
    )

    def volume() -> Any:
        return capacity.yard_area_m2(
            q.teu_per_year,
            q.dwell_days,
            q.teu_volume_m3,
            number(q.stack_height_m),
            q.broken_stowage_share,
            q.days_per_year,
        )

    slots, area = q.ground_slots, q.slot_area_m2
    return Answers(
        OUTPUTS,
        TURNOVER,
        {
            "needed_ground_slots": lambda: rule_of_thumb(needed, METHOD),
            "needed_area_m2": if_given(lambda: rule_of_thumb(needed * number(area), METHOD), slot_area_m2=area),
            "volume_area_m2": if_given(
                lambda: rule_of_thumb(volume(), "V D s / (days h (1 - b)) (after UNCTAD 1978)"),
                stack_height_m=q.stack_height_m,
            ),
            "fitting_slots": if_given(
                lambda: rule_of_thumb(
                    capacity.slots_on_area(number(q.area_m2), q.usable_share, number(area)),
                    "usable area over the area of a slot",
                ),
                area_m2=q.area_m2,
                slot_area_m2=area,
            ),
            "occupancy_mean_teu": lambda: present,
            "theoretical_capacity_teu_per_year": if_given(lambda: full, ground_slots=slots),
            "practical_capacity_teu_per_year": if_given(
                lambda: rule_of_thumb(full * number(q.occupancy_share) / number(q.peak_factor), METHOD),
                ground_slots=slots,
            ),
            "utilization": if_given(lambda: number(q.teu_per_year) / full, ground_slots=slots),
            "growth_per_day": if_given(lambda: growth(q.teu_per_year, full) / DAYS_PER_YEAR, ground_slots=slots),
            "shortfall_ground_slots": if_given(
                lambda: rule_of_thumb(np.maximum(needed - number(slots), 0.0), METHOD), ground_slots=slots
            ),
        },
    )


YARD_SLOTS = Calculator(
    name="yard_slots",
    title="Ground slots and area of a yard by guidelines",
    question=YardSlotsQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "PIANC (2014). Design Principles for Small and Medium Marine Container Terminals. Report 135.",
        "Koningsveld, M. van et al. (2021). OpenTISim, planning software of TU Delft: peak factor, stacking share and "
        "occupancy of laden stacks.",
        "A port exercise on the standard of UNCTAD 1978 (lecture notes): area from volume.",
    ),
)
