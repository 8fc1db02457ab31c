"""What holds for the command as a whole."""

import subprocess
import sys

import pytest

from hubcalc import errors
from hubcalc.cli import main
from hubcalc.cli.failures import EXIT_CODES, as_text, exit_code
from hubcalc.version import MODEL_VERSION, PACKAGE_VERSION

HEAVY = ("scipy", "numpy", "litestar", "uvicorn", "httpx", "pydantic", "rich")


@pytest.mark.parametrize("arguments", [["--help"], ["analyze", "--help"], ["serve", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\nfrom hubcalc.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_help_documents_exit_codes_and_sources(run):
    text = run("--help").stdout
    assert all(f"{code}  {meaning}" in text for code, meaning in EXIT_CODES.items())
    assert "HUBCALC_URL" in text
    assert "HUBCALC_DATABASE" in text


def test_every_command_says_where_its_data_are(run):
    for name in sorted(set(main.commands) - {"warm"}):
        text = run(name, "--help").stdout
        assert "database" in text or name in ("queue", "capacity", "job", "jobs", "copy-as")  # those need no documents
        assert name == "serve" or "--url" in text


def test_version(run):
    assert run("--version").stdout == f"hubcalc {PACKAGE_VERSION}, model version {MODEL_VERSION}\n"


def test_every_error_has_an_exit_code():
    expected = {
        **dict.fromkeys(("invalid_input", "unknown_path", "refused", "malformed_body", "argument_out_of_range"), 2),
        "not_found": 3,
        "conflict": 4,
        "stale_version": 4,
        "store_busy": 5,
        "connection_failed": 6,
        "error": 1,
    }
    for code, error in errors.by_code().items():
        if issubclass(error, errors.ProblemError):
            continue
        assert exit_code(error("x")) in EXIT_CODES
        assert exit_code(error("x")) == expected.get(code, exit_code(error("x")))


@pytest.mark.parametrize(("status", "code"), [(400, 2), (404, 3), (409, 4), (412, 4), (422, 2), (428, 4), (503, 6)])
def test_problems_of_a_server(status, code):
    assert exit_code(errors.ProblemError("x", (), status=status, document={})) == code


def test_many_problems_are_cut_short():
    error = errors.DocumentError.of(*(errors.Problem("wrong", pointer=f"/{i}") for i in range(50)))
    lines = as_text(error).splitlines()
    assert lines[1] == "  /0: wrong"
    assert lines[-1] == "  … and 30 more"
