"""Tables as data frames, where pandas or polars is installed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars


def to_pandas(data: Any) -> "pandas.DataFrame":
    """Make a pandas DataFrame of rows or columns.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_pandas needs pandas: pip install 'hubcalc[pandas]'") from error
    return pandas.DataFrame(data)


def to_polars(data: Any) -> "polars.DataFrame":
    """Make a polars DataFrame of rows or columns.

    Raises
    ------
    ImportError
        If polars is not installed.
    """
    try:
        import polars
    except ImportError as error:
        raise ImportError("to_polars needs polars: pip install 'hubcalc[polars]'") from error
    return polars.DataFrame(data, infer_schema_length=None)
