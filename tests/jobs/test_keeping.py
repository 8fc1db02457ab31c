"""What is kept and for how long: older files, files that cannot be written, old jobs, full disks."""

import errno
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jobstudies
import pytest

from hubcalc.errors import StoreError, StoreReadOnlyError
from hubcalc.jobs.records import JobLimits, stamp
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.watching import wait
from hubcalc.store import Store

SECOND = Path(__file__).parent / "databases" / "m002.sql"
"""A dump of a database of documents alone."""


def test_an_older_file_keeps_its_documents_and_takes_jobs(path, hand_in):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SECOND.read_text(encoding="utf-8"))
    with Store.open(path) as store:
        assert [item.id for item in store.list("hubs")[0]] == ["gate-town", "kept"]
        assert store.get("hubs", "gate-town").document.name == "New town"
        assert [(entry.version, entry.deleted) for entry in store.versions("hubs", "gone")] == [(1, False), (2, True)]
        jobs = JobStore(store.database)
        job = hand_in(store=jobs)
    with Store.open(path) as store:
        assert JobStore(store.database).get(job.id) == job


def test_a_database_that_cannot_be_written_shows_its_jobs_and_takes_none(path, store, jobs, hand_in, runner):
    done, waiting = hand_in(store=jobs), hand_in(store=jobs)
    one = runner()
    one.start()
    assert wait(jobs, done.id, 200).state == "done"
    assert wait(jobs, waiting.id, 200).state == "done"
    one.stop()
    with jobs.database.connection() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with Store.open(path) as other:
        other.database.freeze()
        frozen = JobStore(other.database)
        assert frozen.read_only
        assert frozen.get(done.id).state == "done"
        assert frozen.rows(done.id).rows == 100
        assert frozen.result(done.id) == jobs.result(done.id)
        for call in (lambda: hand_in(store=frozen), lambda: frozen.delete(done.id), frozen.remove_old):
            with pytest.raises(StoreReadOnlyError):
                call()
        idle = runner(store=frozen)
        idle.start()
        idle.stop()


def test_finished_jobs_are_removed_after_so_many_days(store, hand_in, runner):
    jobs = JobStore(store.database, JobLimits(days_kept=2.0))
    old, young, waiting = (hand_in(store=jobs) for _ in range(3))
    one = runner(store=jobs)
    one.start()
    for job in (old, young):
        wait(jobs, job.id, 200)
    one.stop()
    with store.database.write() as db:
        for job, days in ((old, 2.1), (young, 1.9)):
            db.table("jobs").update(job.id, {"finished_at": stamp(datetime.now(UTC) - timedelta(days=days))})
        db.table("jobs").update(
            waiting.id, {"state": "paused", "created_at": stamp(datetime.now(UTC) - timedelta(days=9))}
        )
    (jobs.files.root / "of-nobody").mkdir()
    assert jobs.remove_old() == [old.id]
    assert {job.id for job in jobs.list()[0]} == {young.id, waiting.id}
    assert set(jobs.files.jobs()) <= {young.id, waiting.id}
    assert young.id in jobs.files.jobs()


def test_a_runner_removes_what_is_old_when_it_starts(store, hand_in, runner, until):
    jobs = JobStore(store.database, JobLimits(days_kept=2.0))
    old = hand_in(store=jobs)
    jobs.cancel(old.id)
    with store.database.write() as db:
        db.table("jobs").update(old.id, {"finished_at": stamp(datetime.now(UTC) - timedelta(days=3))})
    runner(store=jobs).start()
    until(lambda: jobs.list() == ([], 0))


def test_a_full_disk_fails_the_job_which_goes_on_when_there_is_room(jobs, hand_in, runner, monkeypatch, tmp_path):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    job = hand_in(store=jobs, size=50, chunk=10)
    with monkeypatch.context() as patch:
        patch.setattr("hubcalc.jobs.files.os.fsync", full)
        runner().start()
        failed = wait(jobs, job.id, 200)
    assert (failed.state, failed.done_rows) == ("failed", 0)
    assert failed.problem["code"] == "store_unavailable"
    assert "No space left on device" in failed.problem["detail"]
    assert list(jobs.files.folder(job.id).iterdir()) == []
    jobs.resume(job.id)
    assert wait(jobs, job.id, 200).state == "done"


def test_a_fault_of_ours_in_keeping_rows_fails_the_job_and_holds_up_nobody(jobs, hand_in, runner, monkeypatch, caplog):
    def fault(*arguments):
        raise ZeroDivisionError("an inner secret")

    job, other = hand_in(), hand_in()
    with monkeypatch.context() as patch:
        patch.setattr("hubcalc.jobs.files.JobFiles.place", fault)
        runner().start()
        assert wait(jobs, job.id, 200).problem["code"] == "internal_error"
        assert wait(jobs, other.id, 200).problem["code"] == "internal_error"
    assert "an inner secret" in caplog.text
    jobs.resume(job.id)
    assert wait(jobs, job.id, 200).state == "done"


def test_a_database_that_is_busy_for_long_costs_no_work(path, hand_in, runner, tmp_path, until, caplog):
    with Store.open(path, busy_timeout_seconds=0.05) as store:
        jobs = JobStore(store.database)
        job = hand_in(store=jobs, size=50, chunk=10, gated=True)
        one = runner(store=jobs)
        with closing(sqlite3.connect(path, isolation_level=None)) as other, caplog.at_level(logging.WARNING):
            one.start()
            until(lambda: jobstudies.noted(tmp_path) == [0])
            other.execute("BEGIN IMMEDIATE")
            jobstudies.open_gate(tmp_path)
            until(lambda: "jobs have to wait" in caplog.text)
            other.execute("ROLLBACK")
            assert wait(jobs, job.id, 200).state == "done"
        one.stop()
    assert jobstudies.noted(tmp_path) == [0, 1, 2, 3, 4]


def test_a_database_that_is_closed_says_so(jobs, store, hand_in):
    job = hand_in(store=jobs)
    store.close()
    with pytest.raises(StoreError, match="has been closed"):
        jobs.get(job.id)
