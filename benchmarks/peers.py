"""The peers' speed on the same questions, in the same run: each in an environment that suits it, made once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".venv-peers"
PEERS = {
    "today": (
        ["pyworkforce==0.5.1", "most-queue==2.9", "line-solver==3.0.8.0"],
        "peer_calls.py",
        "pyworkforce most-queue line-solver",
    ),
    "before-numpy-2": (["queueing-tool==1.2.5", "numpy==1.26.4"], "peer_calls.py", "queueing-tool"),
    "simulators": (["ciw==3.2.7", "simpy==4.1.2"], "simulator_peers.py", "ciw simpy"),
    "studies": (["pyworkforce==0.5.1", "ciw==3.2.7"], "study_peers.py", "pyworkforce ciw"),
}
"""By environment: what is installed, which script asks, and which peers. queueing-tool does not import with NumPy 2."""


class Finding(TypedDict, total=False):
    """One peer's answer to one question, and how fast it came."""

    peer: str
    case: str
    value: float
    calls_per_second: float
    customers_per_second: float
    customers: float
    peak_mebibytes: float
    error: str


def findings(script: str = "peer_calls.py") -> list[Finding]:
    """Run all peers that a script asks, each in its environment, which is made if it is not there."""
    found: list[Finding] = []
    for name, (packages, asked_by, peers) in PEERS.items():
        if asked_by != script:
            continue
        python = ENVIRONMENTS / name / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENTS / name], check=True)
            subprocess.run([python, "-m", "pip", "--quiet", "install", *packages], check=True)
        answer = subprocess.run([python, HERE / script, *peers.split()], check=True, stdout=subprocess.PIPE, text=True)
        found.extend(json.loads(answer.stdout))
    return found
