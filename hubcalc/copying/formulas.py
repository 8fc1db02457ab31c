"""Formulas of spreadsheets that fetch an answer."""

from collections.abc import Sequence

from hubcalc.copying.asked import LAYOUT, Asked, ReadyText

LONGEST_LITERAL = 255
"""Most characters of a text in a formula of Excel."""
LONGEST_EXCEL_ADDRESS = 2_048
"""Longest address that WEBSERVICE of Excel takes."""
KEY_CELL = "hubcalc_key"
"""Name of the cell that holds the key, where a server wants one; formulas refer to it."""

_NO_INPUTS = LAYOUT | {
    *("capacity", "demand", "method", "model_version", "out", "pairs", "scale", "scenario", "solve_for", "storms"),
    *("version", "via"),
}
"""Parameters that a sheet has no number for."""
_SHORTER = "store the values as a scenario (POST /v1/scenarios) and ask with s=<its id> in place of them"


def literal(text: str) -> str:
    """Write a text into a formula: quotes doubled, in pieces that Excel takes.

    Examples
    --------
    >>> literal('say "hello" twice')
    '"say ""hello"" twice"'
    >>> literal("a" * 300).count("&")
    1
    """
    pieces, piece = [], ""
    for character in text:
        doubled = '""' if character == '"' else character
        if len(piece) + len(doubled) > LONGEST_LITERAL:
            pieces.append(piece)
            piece = ""
        piece += doubled
    return "&".join(f'"{part}"' for part in [*pieces, piece])


def cell_formulas(asked: Asked) -> list[ReadyText]:
    """Write the formulas that show one number."""
    marks = ('","', '"."') if asked.has_comma else ('"."', '","')
    address, explained = _source(asked, "txt"), _source(asked, "txt", errors="text")

    def number(of: str, separator: str) -> str:
        return f"NUMBERVALUE({separator.join((of, *marks))})"

    def reasoned(separator: str) -> str:
        inner = number("answer", separator)
        return f"=LET({separator.join(('answer', f'WEBSERVICE({explained})', f'IFERROR({inner}{separator}answer)'))})"

    hint = _said(_input_hint(asked), _key_hint(asked))
    comma = "For regions with a decimal comma."
    german = "In German the functions are called ZAHLENWERT and WEBDIENST."
    reason = "Shows the reason where there is no number. For Excel 365 and 2021 on Windows."
    twice = f"=IFERROR({number(f'WEBSERVICE({explained})', ';')};WEBSERVICE({explained}))"
    excel = [
        ReadyText("excel", "Excel", f"={number(f'WEBSERVICE({address})', ',')}", _said("For Windows.", hint)),
        ReadyText(
            "excel-semicolon",
            "Excel, semicolons between arguments",
            f"={number(f'WEBSERVICE({address})', ';')}",
            _said(comma, german, hint),
        ),
        ReadyText("excel-reason", "Excel", reasoned(","), _said(reason, hint)),
        ReadyText(
            "excel-reason-semicolon",
            "Excel, semicolons between arguments",
            reasoned(";"),
            _said(reason, comma, german, hint),
        ),
    ]
    allow = "Allow the update of links when asked, or in Tools > Options > Calc > General."
    return [
        *(_fitting(text, asked.address("txt", errors="text"), asked) for text in excel),
        ReadyText(
            "libreoffice",
            "LibreOffice Calc",
            f"={number(f'WEBSERVICE({address})', ';')}",
            _said("In every language and region.", allow, hint),
        ),
        ReadyText(
            "libreoffice-reason",
            "LibreOffice Calc",
            twice,
            _said("Shows the reason where there is no number; it is still fetched once.", allow, hint),
        ),
        *_import_data(asked, "txt"),
    ]


def table_formulas(asked: Asked) -> list[ReadyText]:
    """Write the formulas that show a table."""
    source, locale = _source(asked, "csv"), literal("de-DE" if asked.has_comma else "en-US")
    refresh = _said("For Windows. It is fetched again by Data > Refresh All.", _key_hint(asked))
    if asked.is_european:
        excel = [("excel-table", "Excel", f'=IMPORTTEXT({source},";",,,65001,{locale})')]
        excel += [("excel-table-semicolon", "", f'=IMPORTTEXT({source};";";;;65001;{locale})')]
    else:
        excel = [("excel-table", "Excel", f"=IMPORTCSV({source},,,{locale})")]
        excel += [("excel-table-semicolon", "", f"=IMPORTCSV({source};;;{locale})")]
    link = (
        "Sheet > Link to External Data: paste the address, choose "
        f"{'semicolon' if asked.is_european else 'comma'} as separator and "
        f"{'German (Germany)' if asked.has_comma else 'English (USA)'} as language. "
        "It can be fetched again at an interval that is set there."
    )
    address = asked.address("csv")
    if asked.wants_key:
        link += f" Add {_joint(address)}key= and the key to the address; whoever has the sheet then has the key."
    return [
        *(
            _fitting(ReadyText(name, program or "Excel, semicolons between arguments", text, refresh), address, asked)
            for name, program, text in excel
        ),
        *_import_data(asked, "csv"),
        ReadyText("libreoffice-link", "LibreOffice Calc", address, link),
    ]


def _import_data(asked: Asked, suffix: str) -> Sequence[ReadyText]:
    source = _source(asked, suffix)
    between = literal(";" if asked.is_european and suffix == "csv" else ",")
    locale = literal("de_DE" if asked.has_comma else "en_US")
    note = "Google fetches it again every hour; the server must be reachable from the internet."
    note = _said(note, _key_hint(asked))
    return [
        ReadyText("google-sheets", "Google Sheets", f"=IMPORTDATA({source},{between},{locale})", note),
        ReadyText(
            "google-sheets-semicolon",
            "Google Sheets, semicolons between arguments",
            f"=IMPORTDATA({source};{between};{locale})",
            f"For regions with a decimal comma. {note}",
        ),
    ]


def _source(asked: Asked, suffix: str, **more: str) -> str:
    """Write the address into a formula; a key comes from a cell."""
    address = asked.address(suffix, **more)
    if not asked.wants_key:
        return literal(address)
    return f"{literal(f'{address}{_joint(address)}key=')}&ENCODEURL({KEY_CELL})"


def _joint(address: str) -> str:
    return "&" if "?" in address else "?"


def _said(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _key_hint(asked: Asked) -> str:
    return f"The key is taken from a cell of the name {KEY_CELL}." if asked.wants_key else ""


def _input_hint(asked: Asked) -> str:
    """Say how an input is taken from a cell, by the first one there is."""
    name = next((name for name in asked.query() if name not in _NO_INPUTS), None)
    if name is None:
        return ""
    return f'To take {name} from cell B2, write {name}="&B2&" in place of its value.'


def _fitting(text: ReadyText, address: str, asked: Asked) -> ReadyText:
    """Give a formula, or the reason why Excel cannot have it."""
    length = len(address) + (len("&key=") if asked.wants_key else 0)
    if length <= LONGEST_EXCEL_ADDRESS:
        return text
    note = f"The address has {length:,} characters, and Excel takes {LONGEST_EXCEL_ADDRESS:,}: {_SHORTER}."
    return ReadyText(text.name, text.program, "", note)
