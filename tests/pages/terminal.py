"""A running terminal with its page, for the tests: the built program on a recording."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("VOUCH_BIN_DIR", ROOT / "target" / "debug"))
RECORDING = ROOT / "target" / "demo-media" / "astronaut.mp4"
PORTRAIT = ROOT / "target" / "demo-media" / "astronaut.png"
# How often the recording repeats in one eye's life. A new eye would cost a second in between.
ROUNDS = 40
# Longest wait for anything that the terminal does.
PATIENCE_S = 60

# One gesture that the recording shows, whenever it shows it.
ONE_GESTURE = """
[session.policy.challenge]
count = 1
set = ["open-mouth"]
[session.policy.gestures]
wrong_allowed = 50
[session.policy.limits]
gesture_ms = 40000
"""


def show_passport(folder: Path, count: int) -> Path:
    """A specimen passport of the demo's person, as `count` frames of a camera; returns their folder."""
    specimen, frames = folder / "passport", folder / "page"
    draw = [PROGRAMS / "vouch-lab", "specimen", "--layout", "td3", "--photograph", "--out", specimen]
    easy = ["--seed", "3", "--conditions", "easy", "--full-hd", "--portrait", PORTRAIT]
    subprocess.run([*draw, *easy], check=True, capture_output=True, timeout=PATIENCE_S)
    frames.mkdir()
    picture = min(specimen.glob("*.jpg"))
    for number in range(count):
        (frames / f"{number:05}.jpg").hardlink_to(picture)
    return frames


class Terminal:
    """`vouch run` with the page on; used as a context."""

    def __init__(self, settings: str = "", policy: str = ONE_GESTURE, pin: str | None = None, camera: str | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="vouch-page-"))
        self.config = self.folder / "vouch.toml"
        self.events: list[dict] = []
        self.url = ""
        self._pin = pin
        looped = camera or str(self.folder / "looped.mp4")
        copy = ["ffmpeg", "-v", "error", "-stream_loop", str(ROUNDS), "-i", str(RECORDING), "-c", "copy", looped]
        if camera is None:
            subprocess.run(copy, check=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S)
        self.config.write_text(
            f"""
[device]
mode = "development"
state_dir = "{self.folder}/state"
[camera]
source = "{looped}"
[runtime]
models_dir = "{ROOT}/models"
[kiosk]
enabled = true
port = 0
{settings}
{policy}
"""
        )

    def __enter__(self) -> Terminal:
        if self._pin:
            command = [PROGRAMS / "vouch", "kiosk", "pin", "--config", self.config]
            subprocess.run(command, check=True, input=self._pin.encode(), capture_output=True, timeout=PATIENCE_S)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Starts the program and waits for its page's address."""
        heard = len(self.events)
        self.log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [PROGRAMS / "vouch", "run", "--config", self.config],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self.url = self.hears("kiosk", after=heard)["url"]

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ends the program and returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(PATIENCE_S)
        self.log.close()
        return status

    def hears(self, name: str, after: int = 0) -> dict:
        """The first event of this name after the first `after` events."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for event in self.events[after:]:
                if event.get("event") == name:
                    return event
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"no event {name}: {self.events[-5:]}; {self.logged()[-2000:]}")

    def logged(self) -> str:
        """What the program wrote to its log."""
        return (self.folder / "log").read_text(errors="replace")

    def _read(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            self.events.append(json.loads(line))
