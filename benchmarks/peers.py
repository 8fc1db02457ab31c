"""The peers' speed on the same questions, in the same run: each in an environment that suits it, made once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".venv-peers"
PEERS = {
    "today": (["pyworkforce==0.5.1", "most-queue==2.9", "line-solver==3.0.8.0"], "pyworkforce most-queue line-solver"),
    "before-numpy-2": (["queueing-tool==1.2.5", "numpy==1.26.4"], "queueing-tool"),
}
"""By environment: what is installed, and which peers are run. queueing-tool does not import with NumPy 2."""


class Finding(TypedDict, total=False):
    """One peer's answer to one question, and how fast it came."""

    peer: str
    case: str
    value: float
    calls_per_second: float
    error: str


def findings() -> list[Finding]:
    """Run all peers; an environment that cannot be made is passed over, and said."""
    found: list[Finding] = []
    for name, (packages, peers) in PEERS.items():
        python = ENVIRONMENTS / name / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENTS / name], check=True)
            subprocess.run([python, "-m", "pip", "--quiet", "install", *packages], check=True)
        answer = subprocess.run(
            [python, HERE / "peer_calls.py", *peers.split()], check=True, stdout=subprocess.PIPE, text=True
        )
        found.extend(json.loads(answer.stdout))
    return found
