"""Values that are computed when they are first asked for, and kept.

`functools.cached_property` of Python 3.11 holds one lock for all instances while it computes: two requests that compute
the same property of different objects would wait for each other. Here nothing is locked; two threads that ask one
object at once may both compute, and get the same.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached(Generic[T]):  # noqa: N801  # used as a decorator
    """A property that is computed once for each instance.

    >>> class Square:
    ...     def __init__(self, side):
    ...         self.side = side
    ...     @cached
    ...     def area(self):
    ...         return self.side**2
    >>> Square(3).area
    9
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Note the name under which an instance keeps the value."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        """Compute the value; it then stands in the instance's own dictionary, where it is found first."""
        if instance is None:
            return self
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value
