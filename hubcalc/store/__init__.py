"""Documents of hubs and all their versions, in one SQLite file.

>>> import tempfile, hubfixtures
>>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/hubs.db") as store:
...     store.seed([hubfixtures.load("xian")])
...     store.get_hub("xian").version
SeedReport(created=('xian',), updated=(), kept=())
1
"""

from hubcalc.store.records import ExpectedVersion, HubSummary, HubVersion, Origin, SeedReport, StoredHub
from hubcalc.store.store import Store

__all__ = [
    "ExpectedVersion",
    "HubSummary",
    "HubVersion",
    "Origin",
    "SeedReport",
    "Store",
    "StoredHub",
]
