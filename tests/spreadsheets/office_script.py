"""The side of the driver that the system's own Python runs, since it is the one that has `uno`; see office.py.

It starts one LibreOffice with a profile of its own, reads a command from each line of its standard input, and answers
each with a line on its standard output. When the input ends, LibreOffice ends too, and nothing of it is left.
"""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

CONNECT_SECONDS = 120
PATIENCE_SECONDS = 10
"""How long LibreOffice may take to end by itself."""
ERROR_RESULT = 4
"""com.sun.star.sheet.FormulaResult.ERROR"""
LANGUAGE_NODE = "/org.openoffice.Setup/L10N"
MARGIN, HEADER_WIDTH, HEADER_HEIGHT = 200, 1100, 600
"""Of a picture, in hundredths of a millimetre; the letters and numbers beside the cells need room too."""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="SecureURL" oor:op="fuse">
<value><it>{trusted}</it></value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>0</value></prop></item>
<item oor:path="{node}"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""
"""What a user would set: the folder is a trusted location, and links are always updated."""


class Program:
    """A LibreOffice with a profile of its own, and at most one open document."""

    def __init__(self, soffice, folder, trusted):
        import uno

        self.uno, self.document, self.desktop = uno, None, None
        self.folder = Path(folder)
        user = self.folder / "profile" / "user"
        user.mkdir(parents=True)
        profile = PROFILE.format(trusted=Path(trusted).as_uri(), node=LANGUAGE_NODE)
        (user / "registrymodifications.xcu").write_text(profile, encoding="utf-8")
        self.pipe = self.folder.name
        self.process = subprocess.Popen(
            [
                *(soffice, "--headless", "--norestore", "--nologo", "--nolockcheck"),
                *(f"-env:UserInstallation={user.parent.as_uri()}", f"--accept=pipe,name={self.pipe};urp;"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
        )

    def connect(self):
        """Wait until the program answers."""
        context = self.uno.getComponentContext()
        resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
        until = time.monotonic() + CONNECT_SECONDS
        while True:
            try:
                remote = resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        self.services, self.context = remote.ServiceManager, remote
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name):
        return self.services.createInstanceWithContext(name, self.context)

    def value(self, name, value):
        made = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made

    def end(self):
        """End the program, and wait until it has."""
        try:
            self.close()
            self.desktop.terminate()
            self.process.wait(PATIENCE_SECONDS)
        except Exception:  # noqa: BLE001  whatever it is, the program must end
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    # commands

    def version(self):
        provider = self.service("com.sun.star.configuration.ConfigurationProvider")
        node = self.value("nodepath", "/org.openoffice.Setup/Product")
        access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (node,))
        return access.getPropertyValue("ooSetupVersionAboutBox")

    def evaluate(self, formulas):
        """Give the texts that formulas give on a sheet of their own, which is removed again."""
        sheets, name = self.document.Sheets, "evaluated"
        sheets.insertNewByName(name, sheets.Count)
        try:
            cells = [sheets.getByName(name).getCellByPosition(0, row) for row in range(len(formulas))]
            for cell, formula in zip(cells, formulas, strict=True):
                cell.Formula = formula
            return [cell.String for cell in cells]
        finally:
            sheets.removeByName(name)

    def locale(self, name):
        provider = self.service("com.sun.star.configuration.ConfigurationProvider")
        node = self.value("nodepath", LANGUAGE_NODE)
        update = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", (node,))
        update.setPropertyValue("ooSetupSystemLocale", name)
        update.commitChanges()

    def open(self, path, update):
        self.close()
        wanted = {"Hidden": True, "UpdateDocMode": update, "MacroExecutionMode": 0}
        values = tuple(self.value(name, value) for name, value in wanted.items())
        self.document = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, values)
        if self.document is None:
            raise ValueError(f"LibreOffice refuses {path}")
        return [sheet.Name for sheet in self.document.Sheets]

    def close(self):
        if self.document is not None:
            self.document.close(True)
        self.document = None

    def recalculate(self):
        self.document.calculateAll()

    def cells(self, sheet):
        """Give the cells that are in use: row, column, text, number, error, formula. Few calls, since each is slow."""
        area = self._used(sheet)
        cells = self.document.Sheets.getByName(sheet).getCellRangeByPosition(0, 0, area.EndColumn, area.EndRow)
        errors = {}
        for bad in cells.queryFormulaCells(ERROR_RESULT).RangeAddresses:
            for row in range(bad.StartRow, bad.EndRow + 1):
                for column in range(bad.StartColumn, bad.EndColumn + 1):
                    cell = cells.getCellByPosition(column, row)
                    errors[row, column] = [cell.String, cell.getError()]
        found = []
        for row, (values, formulas) in enumerate(zip(cells.getDataArray(), cells.getFormulaArray(), strict=True)):
            for column, (value, formula) in enumerate(zip(values, formulas, strict=True)):
                text, error = errors.get((row, column), [value if isinstance(value, str) else "", 0])
                number = value if isinstance(value, float) and not error else None
                own = formula if formula.startswith("=") and formula != text else ""
                if formula:
                    found.append([row, column, text, number, error, own])
        return found

    def put(self, sheet, address, value):
        """Write into a cell as if it was typed: a number, a text or a formula in English."""
        cell = self.document.Sheets.getByName(sheet).getCellRangeByName(address)
        if isinstance(value, str):
            cell.Formula = value
        else:
            cell.Value = value

    def renew(self, sheet, addresses):
        """Write formulas anew, so that these cells are calculated, and what depends on them."""
        for address in addresses:
            cell = self.document.Sheets.getByName(sheet).getCellRangeByName(address)
            cell.Formula = cell.Formula

    def save(self, path, filter_name):
        self.document.storeToURL(Path(path).as_uri(), (self.value("FilterName", filter_name),))

    def page(self, sheet, path, last):
        """Write a sheet as one page, with the letters and the numbers beside it; `last` is its last cell."""
        shown = self.document.Sheets.getByName(sheet)
        area = shown.getCellRangeByName(f"A1:{last}")
        style = self.document.StyleFamilies.getByName("PageStyles").getByName(shown.PageStyle)
        margins = dict.fromkeys(("LeftMargin", "RightMargin", "TopMargin", "BottomMargin"), MARGIN)
        size = {
            "Width": area.Size.Width + HEADER_WIDTH + 2 * MARGIN,
            "Height": area.Size.Height + HEADER_HEIGHT + 2 * MARGIN,
        }
        parts = {"HeaderIsOn": False, "FooterIsOn": False, "PrintHeaders": True, "PrintGrid": True}
        for name, value in {**parts, **margins, **size, "PageScale": 100}.items():
            style.setPropertyValue(name, value)
        for other in self.document.Sheets:
            other.setPrintAreas((area.RangeAddress,) if other.Name == sheet else ())
        self.save(path, "calc_pdf_Export")

    def _used(self, sheet):
        cursor = self.document.Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        return cursor.RangeAddress


def listen(commands):
    """Read commands until the input ends; whoever hangs then is killed."""
    for line in sys.stdin:
        commands.put(json.loads(line))
    commands.put(None)
    time.sleep(PATIENCE_SECONDS + 5)
    os.killpg(0, signal.SIGKILL)


def main(soffice, folder, trusted):
    commands = queue.Queue()
    threading.Thread(target=listen, args=(commands,), daemon=True).start()
    program = Program(soffice, folder, trusted)
    try:
        program.connect()
        print(json.dumps({"result": None, "seconds": 0}), flush=True)  # noqa: T201  it is what the other side reads
        while (command := commands.get()) is not None:
            name, arguments = command
            start = time.perf_counter()
            try:
                answer = {"result": getattr(program, name)(*arguments)}
            except Exception:  # noqa: BLE001  the other side is told
                answer = {"error": traceback.format_exc()}
            answer["seconds"] = time.perf_counter() - start
            print(json.dumps(answer), flush=True)  # noqa: T201
    finally:
        program.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
