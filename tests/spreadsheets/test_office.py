"""The driver: it says what is missing, and whatever happens, nothing of LibreOffice is left."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from office import WITHOUT, Office, OfficeError, missing


def command_lines():
    """Give the command lines of all processes of this machine; one that has ended has none."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield place.read_text(errors="replace")


@pytest.mark.slow
@pytest.mark.usefixtures("office")
def test_nothing_is_left_when_the_side_that_drives_is_killed(tmp_path):
    with Office(tmp_path) as own:
        group, folder = own.process_group, own.folder
        assert folder.is_dir()
        assert [line for line in command_lines() if folder.name in line]
        os.kill(group, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(OfficeError, match="LibreOffice has ended"):
                own.do("locale", "en-US")
    assert [line for line in command_lines() if folder.name in line] == []
    assert not folder.exists()


def test_what_goes_wrong_is_said_and_the_next_command_is_done(office, tmp_path):
    with pytest.raises(OfficeError, match=r"open: (.|\n)*none\.ods"):
        office.do("open", str(tmp_path / "none.ods"), 0)
    office.do("locale", "en-US")


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert missing() == (
        "no soffice on the path: apt-get install --no-install-recommends libreoffice-calc python3-uno poppler-utils"
    )
    with pytest.raises(OfficeError, match="python3-uno"):
        Office(Path())
    assert WITHOUT == "HUBCALC_WITHOUT_OFFICE"
