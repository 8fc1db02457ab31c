"""What handlers share: the store and the settings of their app."""

from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State

from hubcalc.settings import Settings
from hubcalc.store import Store


def store_of(request: Request[Any, Any, State]) -> Store:
    """Give the app's store."""
    store = request.app.state.store
    if not isinstance(store, Store):
        raise TypeError(store)
    return store


def settings_of(app: Litestar) -> Settings:
    """Give the app's settings."""
    settings = app.state.settings
    if not isinstance(settings, Settings):
        raise TypeError(settings)
    return settings
