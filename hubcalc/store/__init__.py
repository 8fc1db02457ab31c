"""Documents of hubs, lines, corridors and scenarios and all their versions, in one SQLite file.

>>> import tempfile, hubfixtures
>>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/hubs.db") as store:
...     store.seed([hubfixtures.load("xian")])
...     store.get("hubs", "xian").version
SeedReport(created=('xian',), updated=(), kept=())
1
"""

from hubcalc.store.lookup import StoreDocuments
from hubcalc.store.records import (
    Collections,
    Document,
    DocumentSummary,
    DocumentVersion,
    ExpectedVersion,
    Origin,
    SeedReport,
    StoredDocument,
)
from hubcalc.store.store import Store

__all__ = [
    "Collections",
    "Document",
    "DocumentSummary",
    "DocumentVersion",
    "ExpectedVersion",
    "Origin",
    "SeedReport",
    "Store",
    "StoreDocuments",
    "StoredDocument",
]
