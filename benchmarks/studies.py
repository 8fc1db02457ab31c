"""Measure studies: speed, rows on disk, memory, a cluster, jobs and requests; write benchmarks/studies.md.

Usage: python benchmarks/studies.py [--quick] [SECTION ...]

Sections: speed, peers, corridors, rows, answers, cluster, jobs, requests; all of them by default, and those that are
not named keep their tables. With --quick everything is small, and nothing is written: it checks the script. Nothing
here is a test.
"""

import argparse
import datetime
import os
import platform
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import study_corridors
import study_scale
import study_server
import study_speed
from study_measuring import Meanwhile

PAGE = Path(__file__).with_name("studies.md")
SECTIONS: dict[str, tuple[str, Callable[[bool], list[str]]]] = {
    "speed": ("Analyses on one core", study_speed.speed),
    "peers": ("Beside peers", study_speed.peers),
    "corridors": ("Rows of corridors", study_corridors.corridors),
    "rows": ("Rows on disk, and memory", study_scale.rows_on_disk),
    "answers": ("Answers of a server", study_server.answers),
    "cluster": ("A Dask cluster", study_scale.clusters),
    "jobs": ("Jobs", study_server.jobs),
    "requests": ("Requests", study_server.requests),
}
"""By name: title, and what measures."""
INTRODUCTION = (
    "# Studies\n\n`make bench-studies`. Khorgos Gateway throughout, but for corridors. CPU time is that of one core; "
    "seconds of the clock include what else the machine was doing, which each section says. What follows for a billion "
    "scenarios is in [docs/scale.md](../docs/scale.md)."
)


def section(name: str, quick: bool) -> str:
    """Measure one section, and write it."""
    title, measure = SECTIONS[name]
    meanwhile = Meanwhile()
    lines = measure(quick)
    said = (
        f"`python benchmarks/studies.py {name}`, {datetime.datetime.now(tz=datetime.UTC).date()}, "
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), Python {platform.python_version()}, NumPy "
        f"{np.__version__}. Other processes kept {meanwhile.others():.1f} cores busy meanwhile."
    )
    return "\n".join([f"## {title}", "", said, "", *lines])


def known_sections() -> dict[str, str]:
    """Read the sections of the page, by title."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].removeprefix("## "): part.strip() for part in parts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="small sizes; nothing is written")
    given = parser.parse_args()
    unknown = [name for name in given.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no such section: {unknown[0]}; there are {', '.join(SECTIONS)}")
    for name in given.sections or SECTIONS:
        found = section(name, given.quick)
        print(found, end="\n\n", flush=True)
        if not given.quick:
            parts = {**known_sections(), SECTIONS[name][0]: found}
            there = [parts[title] for title, _ in SECTIONS.values() if title in parts]
            PAGE.write_text("\n\n".join([INTRODUCTION, *there]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
