"""What all questions to calculators share."""

from hubmodels.base import Model


class Question(Model):
    """What a calculator is asked: flat inputs, each a number with unit and bounds, or a choice.

    The numbers may be columns, so that one question stands for many.
    """
