"""Tables in the formats that spreadsheets and scripts read: one clean rectangle, units in the header."""

from hubcalc.tables.formats.texts import cell_text
from hubcalc.tables.formats.writers import FORMATS, MEDIA_TYPES, STREAMED, Format, parts, render

__all__ = ["FORMATS", "MEDIA_TYPES", "STREAMED", "Format", "cell_text", "parts", "render"]
