"""Carry the cases of networks and of queues that change with time from a folder of reference banks into compact JSON.

Usage: python make_network_golden.py SOURCE_FOLDER
"""

import sys
from pathlib import Path

from make_golden import carry


def main(source):
    """Carry all banks."""
    carry(source, "D_closed.json", "product_form_networks.json", lambda case: True)
    carry(source, "C_networks.json", "open_networks.json", lambda case: "SBD" not in case["quantity"])
    carry(source, "C_tandem_exact.json", "tandems.json", lambda case: True)
    carry(source, "E_time_varying.json", "time_varying.json", lambda case: True)
    carry(source, "E_transient.json", "transient.json", lambda case: True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
