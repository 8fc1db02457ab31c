"""What all questions to calculators share."""

from typing import Any

from hubmodels.base import Model, quantity, share

MOST_HORIZON_DAYS = 3_650


class Question(Model):
    """What a calculator is asked: flat inputs, each a number with unit and bounds, or a choice.

    The numbers may be columns, so that one question stands for many.
    """

    def settle(self, rows: int) -> bool:  # noqa: ARG002  # for those to whom it matters
        """Be told of how many rows this question is a part; say whether they are too many for slow methods."""
        return False


def loaded_up_to(default: float | None, source: str) -> Any:
    """Declare the utilization up to which something is loaded in practice, with the source of its default."""
    return share(f"Utilization up to which it is loaded in practice; by default {source}", default=default, zero=False)


def backlog_horizon() -> Any:
    """Declare the days after which a backlog is told."""
    return quantity("Days after which a backlog is told", "days", default=30.0, above=0, at_most=MOST_HORIZON_DAYS)
