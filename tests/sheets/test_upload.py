"""Nothing is half done: all rows or none, whoever else writes, and whatever goes wrong in the middle."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import hubfixtures
from hubcalc.errors import SheetError, StaleVersionError, UnreadableSheetError
from hubcalc.sheets.upload import StoreShelf, upload
from hubcalc.store import Store, entries
from hubmodels import Scenario
from hubmodels.scenario import AskAnalysis, Subject

SHEET = "scenario,name,front.cranes\none,One,4\ntwo,Two,5\n"
PARTLY = "scenario,front.cranes\none,4\nbad,0\ntwo,5\n"


def outcomes(report):
    return {item.id: (item.outcome, item.version) for item in report.scenarios}


def stored(store):
    return {item.id: item.version for item in store.list("scenarios")[0]}


def test_one_bad_row_keeps_all_out(take, store):
    with pytest.raises(SheetError, match="1 of 3 rows cannot be used, so nothing is stored") as error:
        take(PARTLY)
    (problem,) = error.value.problems
    assert problem.pointer == "B3"
    assert problem.given == "0"
    assert problem.allowed == "a whole number from 1 to 10000 [cranes]"
    assert stored(store) == {}


def test_good_rows_are_kept_by_choice(take, store):
    report = take(PARTLY, keep_good=True)
    assert outcomes(report) == {"one": ("created", 1), "two": ("created", 1)}
    assert [item.row for item in report.findings] == [3]
    assert stored(store) == {"one": 1, "two": 1}


def test_a_dry_run_stores_nothing_and_says_what_would_be(take, store):
    take("scenario,front.cranes\none,4\n")
    report = take(PARTLY.replace("bad,0", "new,6").replace("one,4", "one,4"), dry_run=True, replace=True)
    assert outcomes(report) == {"one": ("unchanged", None), "new": ("created", None), "two": ("created", None)}
    assert report.dry_run
    assert outcomes(take("scenario,front.cranes\none,7\n", dry_run=True, replace=True)) == {"one": ("replaced", None)}
    assert stored(store) == {"one": 1}


def test_what_exists_is_refused_or_replaced(take, store):
    take(SHEET)
    changed = SHEET.replace("Two,5", "Two,6")
    with pytest.raises(SheetError, match="2 of 2 rows") as error:
        take(changed)
    assert {problem.pointer for problem in error.value.problems} == {"A2", "A3"}
    assert outcomes(take(changed, replace=True)) == {"one": ("unchanged", 1), "two": ("replaced", 2)}
    assert store.get("scenarios", "two").document.overrides == {"stages.front.cranes": 6}


def test_the_same_sheet_again_makes_no_versions(take, store):
    text = (
        "scenario,name,base,summary,note,source,front.cranes,flow.per_day\none,One,,S,n,Report,4,4.5\nup,,one,,,,3;4,\n"
    )
    take(text)
    again = take(text, replace=True)
    assert {item.outcome for item in again.scenarios} == {"unchanged"}
    assert stored(store) == {"one": 1, "up": 1}


def test_ids_of_others_are_not_taken(take, store, khorgos):
    other = Scenario(kind="scenario", id="of-xian", name="x", subject=Subject(kind="hub", id="xian"))
    store.put(other, expected_version=None)
    report = take("scenario,front.cranes\nxian,4\nof-xian,4\n", replace=True, keep_good=True)
    assert [item.message for item in report.findings] == ["a hub has this id", "this is a scenario of the hub xian"]
    assert store.get("scenarios", "of-xian").document == other


def test_a_deleted_scenario_comes_back_as_a_new_version(take, store):
    take("scenario,front.cranes\none,4\n")
    store.delete("scenarios", "one", expected_version=1)
    assert outcomes(take("scenario,front.cranes\none,4\n")) == {"one": ("created", 3)}


def test_what_the_sheet_has_no_column_for_stays(take, store, khorgos):
    take("scenario,name,summary,note,front.cranes,flow.per_day\none,One,First,as built,4,12\n")
    before = store.get("scenarios", "one").document
    asks = (AskAnalysis(what="analysis", overrides={"stages.gate.lanes": 3}),)
    store.put(before.model_copy(update={"asks": asks, "question": "Enough?"}), expected_version=1)
    take("scenario,summary,front.cranes\none,,5\n", replace=True)
    after = store.get("scenarios", "one").document
    assert (after.name, after.summary, after.question, after.asks) == ("One", "", "Enough?", asks)
    assert after.overrides == {"stages.front.cranes": 5}
    assert after.evidence == {}
    take("scenario,front.cranes\none,5\n", replace=True)
    assert store.get("scenarios", "one").version == 3


def test_evidence_of_a_value_that_stays_is_kept(take, store):
    take("scenario,note,front.cranes,flow.per_day\none,as built,4,12\n")
    take("scenario,front.cranes,flow.per_day\none,4,13\n", replace=True)
    assert set(store.get("scenarios", "one").document.evidence) == {"stages.front.cranes"}


def test_a_failure_in_the_middle_leaves_nothing(take, store, monkeypatch):
    made, real = [], entries.to_text

    def fails(document):
        made.append(document.id)
        if len(made) > 4:
            raise OSError("the disk is gone")
        return real(document)

    monkeypatch.setattr(entries, "to_text", fails)
    rows = "".join(f"s{i},{i + 1}\n" for i in range(9))
    with pytest.raises(OSError, match="the disk is gone"):
        take(f"scenario,front.cranes\n{rows}")
    monkeypatch.undo()
    assert len(made) > 4
    assert stored(store) == {}
    assert len(take(f"scenario,front.cranes\n{rows}").scenarios) == 9


def test_a_failure_between_history_and_list_leaves_nothing(take, store, monkeypatch):
    monkeypatch.setattr(entries, "_listed", lambda *_: {"id": None, "nonsense": object()})
    with pytest.raises(Exception, match="primary key"):
        take(SHEET)
    monkeypatch.undo()
    assert stored(store) == {}
    assert store.states(["one", "two"]) == {}
    assert outcomes(take(SHEET)) == {"one": ("created", 1), "two": ("created", 1)}


class Meddled(StoreShelf):
    """A store in which somebody else writes between the look and the deed, a number of times."""

    def __init__(self, store, document, times):
        super().__init__(store)
        self._mine, self._document, self._times = store, document, times

    def put_all(self, documents, *, expected_versions):
        if self._times:
            self._times -= 1
            changed = self._document.model_copy(update={"summary": f"{self._times} left"})
            self._mine.put(changed, expected_version="any" if self._mine.list("scenarios")[1] else None)
        return super().put_all(documents, expected_versions=expected_versions)


@pytest.fixture
def one():
    return Scenario(kind="scenario", id="one", name="Theirs", subject=Subject(kind="hub", id="khorgos-gateway"))


def test_who_comes_between_is_noticed(store, khorgos, one):
    with pytest.raises(SheetError, match="1 of 2 rows"):
        upload(SHEET.encode(), khorgos, Meddled(store, one, 1))
    assert stored(store) == {"one": 1}
    assert store.get("scenarios", "one").document.name == "Theirs"
    report = upload(SHEET.encode(), khorgos, Meddled(store, one, 2), replace=True)
    assert outcomes(report) == {"one": ("replaced", 4), "two": ("created", 1)}


def test_who_keeps_coming_between_wins(store, khorgos, one):
    store.put(one, expected_version=None)
    with pytest.raises(StaleVersionError):
        upload(SHEET.encode(), khorgos, Meddled(store, one, 9), replace=True)
    assert set(stored(store)) == {"one"}


@pytest.mark.parametrize("replace", [False, True])
def test_two_uploads_at_once(store, khorgos, replace):
    rows = "".join(f"s{i},{i % 9 + 1}\n" for i in range(40))
    together = threading.Barrier(4)

    def run(_):
        together.wait()
        try:
            with Store.open(store.path, busy_timeout_seconds=60) as own:
                report = upload(f"scenario,front.cranes\n{rows}".encode(), khorgos, StoreShelf(own), replace=replace)
            return {item.outcome for item in report.scenarios}
        except SheetError as error:
            return len(error.problems)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(run, range(4)))
    assert found.count({"created"}) == 1
    assert all(item in ({"created"}, {"unchanged"} if replace else 40) for item in found)
    assert stored(store) == {f"s{i}": 1 for i in range(40)}


def test_every_bad_row_is_reported_however_many(take):
    rows = "".join(f"s{i},0,-1\n" for i in range(1200))
    report = take(f"scenario,front.cranes,flow.per_day\n{rows}", keep_good=True)
    assert {item.row for item in report.findings} == set(range(2, 1202))
    assert len(report.findings) < 2000


def test_a_corridor_takes_fewer_scenarios(take, store, monkeypatch):
    monkeypatch.setattr("hubcalc.sheets.upload.MOST_OF_CORRIDOR", 1)
    for collection in ("hubs", "lines"):
        store.seed(hubfixtures.load(name, collection) for name in hubfixtures.names(collection))
    corridor = hubfixtures.load("lianyungang-almaty", "corridors")
    with pytest.raises(UnreadableSheetError, match="up to 1 in one sheet"):
        take("scenario,demand.per_day\none,4\ntwo,5\n", corridor)
    assert len(take(SHEET).scenarios) == 2
