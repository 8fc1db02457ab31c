import numpy as np
import pytest

from hubcalc.analysis.streams import Stream, column
from hubmodels import Flow


@pytest.fixture(scope="session")
def stream():
    """Return a function that puts a flow at the door of a stage; rate and scv may be columns."""

    def arrive(per_hour, scv=1.0, *, contents=None, unit="train", direction="forward", key="flow"):
        brought = None if contents is None else {"unit": "wagon", **contents}
        flow = Flow.model_validate(
            {"unit": unit, "per_day": 1.0, "direction": direction, "contents": brought, "route": ["here"]}
        )
        rate, spread = np.broadcast_arrays(column(per_hour), column(scv))
        one = np.ones_like(rate)
        return Stream(key, flow, rate, spread, spread == 1, one, one, flow.contents)

    return arrive


@pytest.fixture(scope="session")
def loaded():
    """Return a function that adds up the loads of streams."""

    def add(method, stage, streams):
        parts = [method.loads(stage, stream) for stream in streams]
        return {name: sum(part[name] for part in parts) for name in parts[0]}

    return add


@pytest.fixture(scope="session")
def same():
    """Return a function that asserts that row i of what a stage does to columns is what it does to one value."""
    names = ("service", "service_variance", "wait_variance", "content_service", "departure_scv", "departure_poisson")
    shares = ("visit_share", "content_visit_share")
    estimates = ("wait", "content_wait", "synchronization", "quota", "closure")

    def compare(columns, i, one):
        def row(values):
            return values if np.ndim(values) == 0 else values[i]

        for name in (*names, *shares):
            assert row(getattr(columns, name)) == pytest.approx(float(getattr(one, name)), rel=1e-9), name
        for name in estimates:
            many, single = getattr(columns, name), getattr(one, name)
            assert row(many.hours) == pytest.approx(float(single.hours), rel=1e-9), name
            assert row(many.error) == pytest.approx(float(single.error), rel=1e-6, nan_ok=True), name
            assert row(many.method) == single.method
        for name, (values, unit) in columns.details.items():
            assert unit == one.details[name][1]
            assert row(values) == pytest.approx(float(one.details[name][0]), rel=1e-9), name

    return compare


@pytest.fixture(scope="session")
def serve():
    """Return a function that simulates batches at equal servers by run: first starts, last ends, waits of all items."""

    def run(arrivals, hours, served, servers):
        free = np.zeros((arrivals.shape[0], servers))
        rows = np.arange(arrivals.shape[0])
        first, last, waited = arrivals.copy(), arrivals.copy(), np.zeros_like(arrivals)
        for i in range(arrivals.shape[1]):
            begun = np.zeros(arrivals.shape[0], bool)
            for j in range(hours.shape[2]):
                here = served[:, i, j]
                server = free.argmin(axis=1)
                start = np.maximum(free[rows, server], arrivals[:, i])
                end = np.where(here, start + hours[:, i, j], free[rows, server])
                free[rows, server] = end
                first[:, i] = np.where(here & ~begun, start, first[:, i])
                last[:, i] = np.where(here, np.maximum(last[:, i], end), last[:, i])
                waited[:, i] += np.where(here, start - arrivals[:, i], 0.0)
                begun |= here
        return first, last, waited

    return run


@pytest.fixture(scope="session")
def over_runs():
    """Return a function that gives mean and standard error of what was simulated, after a warm-up, over runs."""

    def summarize(values):
        means = values[:, values.shape[1] // 5 :].mean(axis=1)
        return means.mean(), means.std(ddof=1) / np.sqrt(means.size)

    return summarize
