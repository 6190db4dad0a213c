#!/usr/bin/env python3
"""Shows the terminal's page: one session on the demo's recording.

    scripts/demo_page.py --out FOLDER

Prints the page's address. With a screen and a person at the keyboard it opens a browser, and serves until
Ctrl-C. Otherwise Chromium runs the session by itself, without a window, and leaves pictures in FOLDER.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "pages"))

from browser import Kiosk, chromium  # noqa: E402
from terminal import Terminal  # noqa: E402

# What is pressed on each screen of a session, in order.
WAY = [("idle", "Begin"), ("guide", "Continue"), ("consent", "I agree"), ("face", None), ("result", None)]


def has_screen() -> bool:
    """Whether a person sits before a screen here."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) and sys.stdin.isatty() and shutil.which("xdg-open") is not None


def lead(url: str, out: Path) -> str:
    """Runs one session in a browser without a window; returns its outcome."""
    with chromium() as browser:
        kiosk = Kiosk(browser, url)
        for name, button in WAY:
            kiosk.sees(name)
            # The screen has faded in, and the camera's picture is there.
            kiosk.page.wait_for_timeout(1500)
            kiosk.page.screenshot(path=out / f"page-{name}.png")
            if button:
                kiosk.press(button)
        outcome = kiosk.page.inner_text("h1")
        kiosk.close()
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the folder for the pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with Terminal() as terminal:
        print(f"page     {terminal.url}")
        if has_screen():
            subprocess.run(["xdg-open", terminal.url], check=False, timeout=30)
            print("Open it in a browser if none came up. Ctrl-C ends the terminal.")
            try:
                terminal.process.wait()
            except KeyboardInterrupt:
                print()
            return 0
        outcome = lead(terminal.url, arguments.out)
        result = terminal.hears("result")
        print(f"session  {result['sessionStatus']}: the page says “{outcome}”")
        print(f"pictures {arguments.out}/page-*.png")
        return 0 if result["sessionStatus"] == "SUCCESS" else 1


if __name__ == "__main__":
    sys.exit(main())
