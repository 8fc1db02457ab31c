"""Computed once for each instance, and without a lock that instances share."""

import threading

from hubcalc.cached import cached


class Slow:
    def __init__(self, before: threading.Event, after: threading.Event) -> None:
        self.before, self.after = before, after
        self.times = 0

    @cached
    def answer(self) -> int:
        """Wait until the other one has been asked too."""
        self.times += 1
        self.before.set()
        assert self.after.wait(10)
        return 42


def test_it_is_computed_once() -> None:
    done = threading.Event()
    done.set()
    slow = Slow(threading.Event(), done)
    assert (slow.answer, slow.answer, slow.times) == (42, 42, 1)
    assert isinstance(Slow.answer, cached)
    assert Slow.answer.__doc__


def test_two_instances_are_computed_side_by_side() -> None:
    """Each waits for the other: with a lock for all instances neither would end."""
    first, second = threading.Event(), threading.Event()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda slow=slow: answers.append(slow.answer))
        for slow in (Slow(first, second), Slow(second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [42, 42]
