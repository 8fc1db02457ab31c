"""Inspection: documents of each consignment, then a scan and a physical examination of those selected."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Model, count, share
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import Served, ServedStage, loaded_up_to


class Examination(Model):
    """What those go through that are selected."""

    share: float = share("Share of the consignments that are selected", zero=False)
    places: int = count("Places at which one is examined at a time", "places")
    service_time: ServiceTime = Field(description="Time one place is busy with one consignment")


class Inspection(ServedStage):
    """Officers declare every consignment; some are scanned and some opened, each selected independently for either.

    A handling unit with several consignments goes from documents to scan to examination when the last of its
    consignments is done there; where none of them is selected it passes at once.
    """

    kind: Literal["inspection"]
    officers: int = count("Officers who check documents", "officers")
    service_time: ServiceTime = Field(description="Time one officer is busy with the documents of one consignment")
    serves: Served = Field("unit", description="Whether a handling unit is one consignment, or each of its contents is")
    scan: Examination | None = Field(None, description="Scanner; the share is of all consignments")
    physical: Examination | None = Field(None, description="Opening and counting; the share is of all consignments")
    practical_utilization: float = loaded_up_to(0.8)

    @property
    def handles_contents(self) -> bool:
        """Where each content is a consignment."""
        return self.serves == "contents"
