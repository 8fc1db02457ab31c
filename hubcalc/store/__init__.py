"""Documents of hubs and all their versions, in one SQLite file.

>>> import hubfixtures
>>> with Store.open(getfixture("tmp_path") / "hubs.db") as store:
...     report = store.seed([hubfixtures.load("xian")])
...     store.get_hub("xian").version
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
