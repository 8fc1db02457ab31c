"""Compile the inner loops of the formulas with Numba: at the first call or at set-up, kept on disk in between.

Importing a module that defines kernels costs nothing: Numba itself is imported when the first kernel is compiled.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from hubcalc.arguments import FloatArray

P = ParamSpec("P")
R = TypeVar("R")

_LOCK = threading.RLock()
_KERNELS: list["Kernel[..., Any]"] = []
_HELPERS: dict[Any, Any] = {}
"""Compiled helpers, each made once for all kernels that call it."""


class Kernel(Generic[P, R]):
    """A function that runs as machine code; called from Python, never from another kernel."""

    def __init__(self, function: Callable[P, R], signature: str) -> None:
        self.function = function
        self.signature = signature
        self._compiled: Callable[P, R] | None = None
        _KERNELS.append(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the machine code, made or loaded at the first call."""
        return (self._compiled or self.compile())(*args, **kwargs)

    def compile(self) -> Callable[P, R]:
        """Make the machine code, or load it from the cache on disk."""
        with _LOCK:
            if self._compiled is None:
                from numba import njit  # half a second, and most processes never need it

                function = _with_compiled_helpers(self.function)
                self._compiled = njit(self.signature, cache=True, nogil=True, error_model="numpy")(function)
            return self._compiled


def kernel(signature: str) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Make a function a kernel of one signature, such as ``void(f8[::1], f8[::1])``."""
    return lambda function: Kernel(function, signature)


def helper(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function as one that kernels and other helpers call; in Python it stays what it is."""
    function.__dict__["is_helper"] = True
    return function


def compile_all() -> int:
    """Compile every kernel whose module has been imported, or load it from disk; return how many there are."""
    for each in _KERNELS:
        each.compile()
    return len(_KERNELS)


def flat(*columns: FloatArray) -> Iterator[FloatArray]:
    """Give broadcast columns as the contiguous one-dimensional arrays that kernels take."""
    for column in columns:
        line = np.ascontiguousarray(column, dtype=np.float64).ravel()
        yield line if line.flags.writeable else line.copy()


def _with_compiled_helpers(function: Any) -> Any:
    """Copy a function, with the helpers among its globals replaced by compiled ones.

    Numba looks for a cached kernel by its name and the date of its own file, so a change of a helper elsewhere would go
    unnoticed: the copy's name carries a digest of all helpers.
    """
    from numba import njit

    names: dict[str, Any] = {}
    digest = hashlib.sha256(function.__code__.co_code + repr(function.__code__.co_consts).encode())
    for name in sorted(function.__code__.co_names):
        value = function.__globals__.get(name)
        if getattr(value, "is_helper", False):
            if value not in _HELPERS:
                _HELPERS[value] = njit(_with_compiled_helpers(value), nogil=True, error_model="numpy")
            names[name] = _HELPERS[value]
            digest.update(names[name].py_func.__qualname__.encode())
        elif isinstance(value, int | float | tuple | np.ndarray):
            digest.update(f"{name}={np.asarray(value).tolist()}".encode())
    copy = FunctionType(function.__code__, function.__globals__ | names, function.__name__)
    copy.__qualname__ = f"{function.__name__}_{digest.hexdigest()[:12]}"
    copy.__module__ = function.__module__
    return copy
