#!/usr/bin/env python3
"""Runs many sessions in a row on one terminal with its page open, and watches memory and file descriptors.

    tests/pages/soak.py [--sessions N]

Prints a line every ten sessions, and at the end the growth since the tenth, when caches are warm. Not a test: what
it prints goes into docs/BENCH.md. VOUCH_BIN_DIR names the folder of the programs.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from pathlib import Path

from browser import Kiosk, chromium
from terminal import Terminal

# Caches are warm after this many.
WARM = 10


def pss_kb(pid: int) -> int:
    """The process's proportional share of memory, in KiB."""
    return int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])


def children(pid: int) -> list[int]:
    """The processes that it started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=200)
    options = parser.parse_args()
    if options.sessions < WARM:
        parser.error(f"give {WARM} sessions at least")
    with chromium() as browser, Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        kiosk.sees("idle")
        pid = terminal.process.pid
        rows: list[tuple[int, int, int]] = []
        passed = 0
        for number in range(1, options.sessions + 1):
            heard = len(terminal.events)
            os.kill(pid, signal.SIGUSR1)
            result = terminal.hears("result", after=heard)
            passed += result["sessionStatus"] == "SUCCESS"
            if number % WARM == 0:
                eye = sum(pss_kb(child) for child in children(pid))
                rows.append((number, pss_kb(pid), len(os.listdir(f"/proc/{pid}/fd"))))
                print(f"{number} sessions: terminal {rows[-1][1]} KiB, {rows[-1][2]} descriptors; eye {eye} KiB", flush=True)
        kiosk.close()
    (_, first, opened), (_, last, left) = rows[0], rows[-1]
    print(f"{passed} of {options.sessions} passed; memory {last / first - 1:+.1%}, descriptors {opened} to {left}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
