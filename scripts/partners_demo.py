#!/usr/bin/env python3
"""Runs the partners' examples against a terminal on the demo's recording, one line each.

    scripts/partners_demo.py

The terminal reads a specimen passport, compares the person with a record and with the passport, and tells
a webhook. Each example asks for one session over one API; Chromium is the person at the screen. Exit code 0
if every example fetched and verified its result, and the webhook came.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "pages"))

from browser import Kiosk, chromium  # noqa: E402
from terminal import PORTRAIT, PROGRAMS, Terminal, show_passport  # noqa: E402

LIMIT_S = 180
# Where the examples wait for the person to come back.
BACK = "http://127.0.0.1:8099/"
SECRET = secrets.token_urlsafe(24)


class Hook(BaseHTTPRequestHandler):
    """A partner's webhook."""

    came: list[dict] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = body.decode().split(".")
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
        self.came.append({"typ": header["typ"], **claims})
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare(terminal: Terminal, port: int, hook: str) -> None:
    """A passport before its camera, the person's record, and three partners."""
    frames, records = show_passport(terminal.folder, 20_000), terminal.folder / "records"
    truth = json.loads((terminal.folder / "passport" / "truth.json").read_text())
    fields = truth[0]["fields"]
    number = fields.get("identificationNumber") or fields["documentNumber"]
    records.mkdir()
    record = {"version": 1, "number": number, "lastName": fields["lastName"], "firstName": fields["firstName"]}
    (records / f"{number}.json").write_text(json.dumps({**record, "portraitDay": "2025-03-01"}))
    subprocess.run(["ffmpeg", "-v", "error", "-i", PORTRAIT, records / f"{number}.jpg"], check=True, timeout=LIMIT_S)
    terminal.config.write_text(
        terminal.config.read_text()
        + f"""
[session]
scheme = "RPBasic"
[document_camera]
source = "{frames}"
width = 1920
height = 1080
[authority]
folder = "{records}"
[partners]
enabled = true
listen = "127.0.0.1:{port}"
"""
    )
    vouch(terminal, "add", "desk", "--name", "Example bank", "--allow-private", BACK, "--allow-private", hook, "--webhook", hook)
    vouch(terminal, "scene", "account", "--partner", "desk", "--name", "Account", "--scheme", "RPBasic")


def vouch(terminal: Terminal, *words: str) -> None:
    """Runs `vouch partners`."""
    command = [PROGRAMS / "vouch", "partners", "--config", terminal.config, *words]
    done = subprocess.run(command, input=SECRET + "\n", text=True, capture_output=True, timeout=LIMIT_S)
    if done.returncode:
        sys.exit(f"vouch partners {words[0]}: {done.stderr}")


def run(name: str, arguments: list[str], kiosk: Kiosk) -> bool:
    """One example, with a person who does what the screen asks."""
    environment = {**os.environ, "VOUCH_SECRET": SECRET, "VOUCH": str(PROGRAMS / "vouch")}
    command = [sys.executable, "-u", str(ROOT / "examples" / "partners" / f"{name}.py"), *arguments]
    example = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, partners = [], None
    try:
        for line in example.stdout:
            said.append(line.strip()[:160])
            sent = re.match(r"Send the person to (\S+)", line)
            if sent:
                partners = kiosk.open(sent[1], ours=False)
                seen = kiosk.lead(LIMIT_S)
                said.append("screens " + ", ".join(dict.fromkeys(seen)))
                if seen[-1] == "result":
                    kiosk.press("Done")
                # The partner's browser is sent back by itself, a moment later.
                partners.wait_for_timeout(4000)
        status = example.wait(LIMIT_S)
    finally:
        example.kill()
        if partners:
            partners.close()
    print(f"{'ok' if status == 0 else 'FAILED':7}{name}: {'; '.join(said[-12:])}", flush=True)
    return status == 0


def main() -> int:
    hooks = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    hook, port = f"http://127.0.0.1:{hooks.server_port}/", free_port()
    terminal = Terminal()
    try:
        prepare(terminal, port, hook)
        with terminal, chromium() as browser:
            kiosk = Kiosk(browser, terminal.url)
            kiosk.sees("idle")
            trust = terminal.folder / "trust.pem"
            shutil.copy(terminal.folder / "state" / "trust.pem", trust)
            base = f"http://127.0.0.1:{port}"
            good = run("cid", [base, "desk", str(trust)], kiosk)
            good &= run("tongdun", [base, "desk", str(trust)], kiosk)
            good &= run("alibaba", [base, "desk", "account", str(trust)], kiosk)
            kiosk.page.wait_for_timeout(2000)
            kinds = {hooked["typ"] for hooked in Hook.came}
            good &= len(Hook.came) >= 3
            print(f"{'ok' if len(Hook.came) >= 3 else 'FAILED':7}webhook: {len(Hook.came)} came, {', '.join(kinds)}")
            kiosk.close()
    finally:
        shutil.rmtree(terminal.folder, ignore_errors=True)
        hooks.shutdown()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
