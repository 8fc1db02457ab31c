"""Fixtures come in and are kept up to date; what a user has done is never touched."""

import pytest

import hubfixtures
from hubcalc.errors import DocumentError
from hubcalc.store import SeedReport


def origins(store, hub_id="gate-town"):
    return [entry.origin for entry in store.versions("hubs", hub_id)]


def test_missing_fixtures_are_created(store):
    names = tuple(hubfixtures.names())
    assert store.seed(hubfixtures.load(name) for name in names) == SeedReport(names, (), ())
    assert [summary.id for summary in store.list("hubs")[0]] == list(names)
    for name in names:
        stored = store.get("hubs", name)
        assert (stored.version, stored.origin, stored.document) == (1, "fixture", hubfixtures.load(name))


def test_seeding_again_changes_nothing(store, make_hub):
    store.seed([make_hub()])
    assert store.seed([make_hub()]) == SeedReport((), (), ("gate-town",))
    assert origins(store) == ["fixture"]


def test_a_changed_fixture_is_a_new_version(store, make_hub):
    store.seed([make_hub()])
    assert store.seed([make_hub(name="New town")]) == SeedReport((), ("gate-town",), ())
    assert store.get("hubs", "gate-town").document.name == "New town"
    assert origins(store) == ["fixture", "fixture"]


def change(store, make_hub):
    store.put(make_hub(name="Mine"), expected_version=1)


def delete(store, make_hub):
    store.delete("hubs", "gate-town", expected_version=1)


def change_and_restore(store, make_hub):
    change(store, make_hub)
    store.restore("hubs", "gate-town", 1, expected_version=2)


def delete_and_create(store, make_hub):
    delete(store, make_hub)
    store.put(make_hub(name="Mine"), expected_version=None)


@pytest.mark.parametrize("act", [change, delete, change_and_restore, delete_and_create])
def test_what_a_user_has_done_is_kept(store, make_hub, act):
    store.seed([make_hub()])
    act(store, make_hub)
    before = store.versions("hubs", "gate-town"), store.list("hubs")
    assert store.seed([make_hub(name="New town"), make_hub("other")]) == SeedReport(("other",), (), ("gate-town",))
    store.delete("hubs", "other", expected_version=1)
    assert (store.versions("hubs", "gate-town"), store.list("hubs")) == before


def test_a_users_hub_of_the_same_id_is_kept(store, make_hub):
    store.put(make_hub(name="Mine"), expected_version=None)
    assert store.seed([make_hub()]).kept == ("gate-town",)
    assert store.get("hubs", "gate-town").document.name == "Mine"


def test_putting_a_fixture_back_unchanged_leaves_it_a_fixture(store, make_hub):
    store.seed([make_hub()])
    store.put(make_hub(), expected_version=1)
    assert store.seed([make_hub(name="New town")]).updated == ("gate-town",)


def test_all_or_nothing(store, make_hub):
    with pytest.raises(DocumentError):
        store.seed([make_hub(), make_hub("other").model_copy(update={"name": ""})])
    assert store.list("hubs") == ([], 0)
