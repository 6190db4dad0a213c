#!/usr/bin/env python3
"""Feeds the partners' APIs with what their description allows, and with what it does not (Schemathesis).

    tests/apis.py [--examples N] [--seed N]

Twice: all calls over a desk without a camera, with the limits of calls out of the way; and a short round against
a terminal that runs on the demo's recording, within its limits. A finding is an answer that docs/openapi.json does
not describe, a 5xx that is none of ours, a valid request that is refused, or an invalid one that is accepted. One
line for each API; the last line is `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import base64
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "pages"))
from terminal import PROGRAMS, ROOT, Terminal  # noqa: E402

DESCRIPTION = ROOT / "docs" / "openapi.json"
TESTER = Path(sys.executable).with_name("schemathesis")
APIS = {"CID": "^/cid/", "TongDun": "^/verification/", "Alibaba Cloud": "^/alibaba/", "Gallery": "^/gallery/"}
CODE, SECRET = "bank", "correct-horse-battery"
# A picture in base64 may be of the right form and yet none: 422.
SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 410, 422, 429, "5xx"]
"""
# Longest run of one API, in seconds.
LIMIT_S = 300
# The terminal's own limit is 20 calls in a second.
CALLS = "10/s"


@contextmanager
def desk() -> Iterator[str]:
    """The APIs over a desk without a camera; its address."""
    served = subprocess.Popen(
        [PROGRAMS / "examples" / "serve"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        yield served.stdout.readline().split()[0]
    finally:
        served.terminate()
        served.wait()


@contextmanager
def terminal() -> Iterator[str]:
    """A terminal on the demo's recording with one partner; its address."""
    with Terminal('[partners]\nenabled = true\nlisten = "127.0.0.1:0"\n') as running:
        add = ["partners", "--config", running.config, "add", CODE, "--name", "The bank", "--gallery"]
        allow = ["--allow", "https://bank.example/"]
        subprocess.run([PROGRAMS / "vouch", *add, *allow], check=True, input=SECRET.encode(), capture_output=True)
        yield f"http://{running.hears('partners')['address']}"


def fits(address: str, paths: str, *options: str) -> str | None:
    """What does not fit the description; none if all does."""
    key = base64.b64encode(f"{CODE}:{SECRET}".encode()).decode()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "schemathesis.toml").write_text(SETTINGS)
        command = [TESTER, "run", DESCRIPTION, "--url", address, "--include-path-regex", paths, "--no-color"]
        command += ["-H", f"Authorization: Basic {key}", "--workers", "1", *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode == 0 and re.search(r"\d+ generated", done.stdout):
        return None
    return done.stdout[-6000:] + done.stderr[-2000:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=20, help="of each call, beside those of the description")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed = ["--seed", str(options.seed)]
    rounds = {
        "without a camera": (desk, ["--max-examples", str(options.examples), *seed]),
        "on a terminal": (terminal, ["--max-examples", "2", "--mode", "positive", "--rate-limit", CALLS, *seed]),
    }
    passed = failed = 0
    for where, (serve, how) in rounds.items():
        with serve() as address:
            for name, paths in APIS.items():
                found = fits(address, paths, *how)
                print(f"{'FAILED' if found else 'ok    '} {name} {where}", flush=True)
                if found:
                    print(found)
                passed, failed = passed + (found is None), failed + (found is not None)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
