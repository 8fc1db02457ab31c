"""Queries in M, the language of Power Query in Excel and Power BI."""

from urllib.parse import quote

from hubcalc.copying.asked import Asked, ReadyText

_PLACE = "Data > Get Data > From Other Sources > Blank Query > Advanced Editor."


def m_text(text: str) -> str:
    """Write a text in M: quotes doubled, and the sign that begins an escape escaped.

    Examples
    --------
    >>> m_text('a "b" #(c)')
    '"a ""b"" #(#)(c)"'
    """
    return '"' + text.replace('"', '""').replace("#(", "#(#)(") + '"'


def m_name(name: str) -> str:
    """Write a name in M, which may then hold any sign.

    Examples
    --------
    >>> m_name("stages.front.cranes")
    '#"stages.front.cranes"'
    """
    return f"#{m_text(name)}"


def query_text(asked: Asked) -> ReadyText:
    """Write a query that gives a table, or one number."""
    suffix = "csv" if asked.metric is None else "txt"
    options = [f"RelativePath = {m_text(f'{quote(asked.path)}.{suffix}'.lstrip('/'))}"]
    given = ", ".join(f"{m_name(name)} = {m_text(value)}" for name, value in asked.query().items())
    options += [f"Query = [{given}]"] if given else []
    options += [f"ApiKeyName = {m_text('key')}"] if asked.wants_key else []
    source = f"    Source = Web.Contents({m_text(asked.server.rstrip('/'))}, [{', '.join(options)}])"
    culture = m_text("de-DE" if asked.has_comma else "en-US")
    if asked.metric is None:
        steps, result = _table_steps(asked, culture)
    else:
        steps = [f"    Value = Number.FromText(Text.FromBinary(Source, TextEncoding.Utf8), {culture})"]
        result = "Value"
    text = "let\n" + ",\n".join([source, *steps]) + f"\nin\n    {result}"
    access = "choose Web API and paste the key" if asked.wants_key else "choose Anonymous"
    return ReadyText("power-query", "Power Query", text, f"{_PLACE} When asked for access, {access}.")


def _table_steps(asked: Asked, culture: str) -> tuple[list[str], str]:
    delimiter = m_text(";" if asked.is_european else ",")
    options = f"[Delimiter = {delimiter}, Encoding = 65001, QuoteStyle = QuoteStyle.Csv]"
    steps = [f"    Rows = Csv.Document(Source, {options})"]
    last = "Rows"
    if asked.has_header:
        steps.append("    Named = Table.PromoteHeaders(Rows, [PromoteAllScalars = true])")
        last = "Named"
    # every value that is a number becomes one, in the region that the server writes in
    number = f"(value) => try Number.FromText(value, {culture}) otherwise value"
    steps.append(f"    Typed = Table.TransformColumns({last}, {{}}, {number})")
    return steps, "Typed"
