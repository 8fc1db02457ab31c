"""Compile the inner loops of the formulas with Numba: at the first call or at set-up, kept on disk in between.

Importing a module that defines kernels costs nothing: Numba itself is imported when the first kernel is compiled.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar, overload

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

    def __init__(
        self, function: Callable[P, R], signature: str | Callable[[], tuple[Any, ...]], allocates: bool = True
    ) -> None:
        self.function = function
        self.allocates = allocates
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

                given = self.signature
                examples = () if isinstance(given, str) else given()
                signature = given if isinstance(given, str) else _types_of(examples)
                function = _with_compiled_helpers(self.function, [getattr(each, "_fields", ()) for each in examples])
                options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
                if not self.allocates:
                    options["_nrt"] = False
                self._compiled = njit(signature, **options)(function)
            return self._compiled


def kernel(
    signature: str | Callable[[], tuple[Any, ...]], *, allocates: bool = True
) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Make a function a kernel of one signature, such as ``void(f8[::1], f8[::1])``.

    Where arguments are many, a function that gives examples of them stands for the signature. A kernel that makes no
    arrays of its own (`allocates` false) need not count references to any, which costs more than its work if it hands
    many arrays to its helpers.
    """
    return lambda function: Kernel(function, signature, allocates)


@overload
def helper(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def helper(*, inline: bool) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def helper(function: Any = None, /, *, inline: bool = False) -> Any:
    """Mark a function as one that kernels and other helpers call; in Python it stays what it is.

    With `inline` its machine code is put where it is called: for short functions with many arguments.
    """
    if function is None:
        return lambda given: _marked(given, inline)
    return _marked(function, inline)


def _marked(function: Any, inline: bool) -> Any:
    """Note on a function that it is a helper."""
    function.__dict__["is_helper"] = True
    function.__dict__["is_inline"] = inline
    return function


def compile_all() -> int:
    """Compile every kernel whose module has been imported, or load it from disk; return how many there are."""
    for each in _KERNELS:
        each.compile()
    return len(_KERNELS)


def line(column: FloatArray) -> FloatArray:
    """Give a broadcast column as the contiguous one-dimensional array that kernels take."""
    if column.base is None and column.flags.carray and column.dtype == np.float64:
        return column.reshape(-1)
    found = np.ascontiguousarray(column, dtype=np.float64).ravel()
    # the flag `writeable` warns for what np.broadcast_arrays made, which the interface calls read-only as it is
    _, is_read_only = found.__array_interface__["data"]
    return found.copy() if is_read_only else found


def flat(*columns: FloatArray) -> Iterator[FloatArray]:
    """Give broadcast columns as the contiguous one-dimensional arrays that kernels take."""
    return map(line, columns)


def _types_of(examples: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give Numba's types of some values."""
    from numba import typeof

    return tuple(typeof(example) for example in examples)  # type: ignore[no-untyped-call]


def _with_compiled_helpers(function: Any, fields: object = ()) -> Any:
    """Copy a function, with the helpers among its globals replaced by compiled ones.

    Numba looks for a cached kernel by its name and the date of its own file, so a change of a helper elsewhere would go
    unnoticed: the copy's name carries a digest of all helpers, and of the `fields` of what it is given.
    """
    from numba import njit

    names: dict[str, Any] = {}
    code = function.__code__
    digest = hashlib.sha256(code.co_code + repr((code.co_consts, code.co_names, fields)).encode())
    for name in sorted(code.co_names):
        value = function.__globals__.get(name)
        if getattr(value, "is_helper", False):
            if value not in _HELPERS:
                # what is not said is inherited from the caller
                options = {"nogil": True, "error_model": "numpy", "forceinline": value.is_inline}
                _HELPERS[value] = njit(_with_compiled_helpers(value), **options)
            names[name] = _HELPERS[value]
            digest.update(f"{names[name].py_func.__qualname__} {value.is_inline}".encode())
        elif isinstance(value, int | float | tuple | np.ndarray):
            digest.update(f"{name}={np.asarray(value).tolist()}".encode())
    copy = FunctionType(code, function.__globals__ | names, function.__name__)
    copy.__qualname__ = f"{function.__name__}_{digest.hexdigest()[:12]}"
    copy.__module__ = function.__module__
    return copy
