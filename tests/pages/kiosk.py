#!/usr/bin/env python3
"""Drives whole sessions on the page, in Chromium, against the built programs.

    tests/pages/kiosk.py [--all] [--only NAME] [--shots FOLDER]

Without --all: the fast half, as `make test` runs it. One line for each case; the last line is
`N passed, N failed`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from browser import Kiosk, chromium
from terminal import ONE_GESTURE, Terminal, show_passport

CASES: list[tuple[str, bool, Callable]] = []
# Where a case leaves pictures; none if not asked for.
SHOTS: Path | None = None


def case(slow: bool = False) -> Callable:
    """Marks a function as a case; slow ones run with --all only."""

    def mark(function: Callable) -> Callable:
        CASES.append((function.__name__, slow, function))
        return function

    return mark


def shot(kiosk: Kiosk, name: str) -> None:
    """Leaves a picture of the page, if wanted."""
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        kiosk.page.screenshot(path=SHOTS / f"{name}.png")


def begin(kiosk: Kiosk) -> None:
    """From welcome to the session."""
    kiosk.sees("idle")
    kiosk.press("Begin")
    kiosk.sees("guide")
    kiosk.press("Continue")
    kiosk.sees("consent")
    kiosk.press("I agree")


@case()
def a_person_passes_and_leaves_no_trace(browser) -> None:
    with Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        assert "key" not in kiosk.page.url, kiosk.page.url
        begin(kiosk)
        kiosk.sees("face")
        kiosk.page.wait_for_function("() => window.vouchPreview && window.vouchPreview.frames > 15")
        shot(kiosk, "face")
        kiosk.sees("result")
        shot(kiosk, "passed")
        result = terminal.hears("result")
        assert result["sessionStatus"] == "SUCCESS", result
        latencies = kiosk.page.evaluate("window.vouchPreview.latencies")
        kiosk.press("Done")
        kiosk.sees("idle")
        # Nothing of the person is in what the browser keeps.
        kept = kiosk.page.evaluate("JSON.stringify([localStorage.length, sessionStorage.length, location.href])")
        assert json.loads(kept)[:2] == [0, 0], kept
        assert not kiosk.page.locator("canvas, input").count()
        print(f"  preview: {len(latencies)} pictures, {spread(latencies)}")
        kiosk.close()


def spread(latencies: list[float]) -> str:
    """Median and 95th percentile, in words."""
    ordered = sorted(latencies)
    at = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"median {statistics.median(ordered):.0f} ms, p95 {at:.0f} ms"


@case()
def the_consent_is_in_the_result(browser) -> None:
    with Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        kiosk.sees("idle")
        kiosk.press("Language")
        kiosk.sees("language")
        kiosk.page.get_by_role("button", name="Қазақ").first.click()
        kiosk.sees("idle")
        assert kiosk.page.evaluate("document.documentElement.lang") == "kk"
        shot(kiosk, "idle-kk")
        for screen in ["guide", "consent"]:
            kiosk.page.locator(".button.primary").click()
            kiosk.sees(screen)
        kiosk.page.locator(".button.primary").click()
        kiosk.sees("result")
        terminal.hears("result")
        consent = signed(terminal)["consent"]
        assert consent["language"] == "kk" and consent["version"] == "1" and len(consent["textSha256"]) == 64, consent
        kiosk.close()


def signed(terminal: Terminal) -> dict:
    """The claims of the newest result in the outbox."""
    import base64
    import sqlite3

    outbox = sqlite3.connect(f"file:{terminal.folder}/state/outbox.db?mode=ro", uri=True)
    (jws,) = outbox.execute("select jws from result order by seq desc limit 1").fetchone()
    body = jws.decode() if isinstance(jws, bytes) else jws
    part = body.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


LIGHT = """
[session.policy.light]
colours = 6
"""


@case()
def the_screen_lights_the_face(browser) -> None:
    # The recording was lit by nothing: it passes where that does not decide, and nowhere else.
    for decides, status in [("false", "SUCCESS"), ("true", "FAILED")]:
        with Terminal(policy=ONE_GESTURE + LIGHT + f"decides = {decides}") as terminal:
            kiosk = Kiosk(browser, terminal.url)
            begin(kiosk)
            kiosk.sees("light")
            colours: list[str] = []
            shown = "document.querySelector('section.light')?.style.backgroundColor ?? ''"
            while kiosk.screen() != "result":
                now = kiosk.page.evaluate(shown)
                if now and [now] != colours[-1:]:
                    colours.append(now)
                    shot(kiosk, f"light-{len(colours)}")
                time.sleep(0.05)
            assert len(colours) == 6 and len(set(colours)) > 2, colours
            assert terminal.hears("result")["sessionStatus"] == status
            claims = signed(terminal)
            liveness = claims["liveness"]
            assert len(claims["evidence"]["challenge"]["colours"]) == 6, claims["evidence"]["challenge"]
            cues = [part for part in liveness["presentation"]["parts"] if part["cue"] == "light-challenge"]
            assert cues and not cues[0].get("untold"), liveness["presentation"]
            assert status == "SUCCESS" or liveness["code"] == 12221, liveness
            kiosk.close()


@case()
def every_question_can_be_left(browser) -> None:
    with Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        for leave_at in ["language", "guide", "consent", "face"]:
            kiosk.sees("idle")
            if leave_at == "language":
                kiosk.press("Language")
            elif leave_at == "face":
                begin(kiosk)
            else:
                kiosk.press("Begin")
                if leave_at == "consent":
                    kiosk.press("Continue")
            kiosk.sees(leave_at)
            kiosk.page.locator("[data-cancel]").click()
            kiosk.sees("idle")
        assert terminal.hears("result")["sessionStatus"] == "FAILED"
        assert signed(terminal)["liveness"]["code"] == 12228
        kiosk.close()


@case()
def a_reload_and_a_second_tab_show_the_same_session(browser) -> None:
    with Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        begin(kiosk)
        kiosk.sees("face")
        other = kiosk.open(terminal.url)
        kiosk.sees("face", other)
        kiosk.page.reload()
        kiosk.sees("face")
        kiosk.page.go_back()
        kiosk.sees("face", other)
        kiosk.page.close()
        kiosk.sees("result", other)
        kiosk.press("Done", other)
        kiosk.sees("idle", other)
        kiosk.close()


@case()
def the_eye_is_killed_and_the_page_goes_on(browser) -> None:
    with Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        begin(kiosk)
        kiosk.sees("face")
        eyes = [event["eyePid"] for event in terminal.events if event.get("event") == "eye-started"]
        os.kill(eyes[-1], signal.SIGKILL)
        kiosk.sees("result")
        shot(kiosk, "camera-lost")
        assert terminal.hears("result")["sessionStatus"] == "FAILED"
        kiosk.press("Done")
        kiosk.sees("idle")
        kiosk.close()


@case()
def the_terminal_is_killed_and_the_page_comes_back(browser) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Terminal() as terminal:
        text = terminal.config.read_text().replace("port = 0", f"port = {port}")
        terminal.config.write_text(text)
        terminal.stop()
        terminal.start()
        kiosk = Kiosk(browser, terminal.url)
        begin(kiosk)
        kiosk.sees("face")
        terminal.stop(signal.SIGKILL)
        kiosk.sees("offline")
        shot(kiosk, "offline")
        terminal.start()
        kiosk.sees("idle")
        kiosk.close()


@case()
def the_operator_needs_the_pin(browser) -> None:
    with Terminal(pin="471147") as terminal:
        kiosk = Kiosk(browser, terminal.url)
        kiosk.sees("idle")
        kiosk.press("Service")
        kiosk.sees("pin")
        shot(kiosk, "pin")
        kiosk.page.keyboard.type("0000")
        kiosk.page.keyboard.press("Enter")
        kiosk.page.wait_for_function("() => document.body.innerText.includes('Wrong PIN')")
        kiosk.page.keyboard.type("471147")
        kiosk.page.keyboard.press("Enter")
        kiosk.sees("operator")
        kiosk.page.wait_for_function("() => /camera/i.test(document.body.innerText) && /accelerator/.test(document.body.innerText)")
        shot(kiosk, "operator")
        kiosk.press("Done")
        kiosk.sees("idle")
        kiosk.close()
        assert "471147" not in terminal.logged()


@case()
def a_full_disk_in_a_session_loses_nothing(browser) -> None:
    if os.geteuid() != 0:
        print("  skipped: a small disk can't be mounted here (not root)")
        return
    terminal = Terminal("[store]\nmin_free_mb = 1\n")
    state, filler = terminal.folder / "state", terminal.folder / "state" / "filler"
    state.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", state], check=True)
    try:
        with terminal:
            kiosk = Kiosk(browser, terminal.url)
            begin(kiosk)
            kiosk.sees("face")
            with filler.open("wb", buffering=0) as full, contextlib.suppress(OSError):
                while True:
                    full.write(bytes(4096))
            until = time.monotonic() + 60
            while "could not be stored" not in terminal.logged():
                assert time.monotonic() < until, terminal.logged()[-2000:]
                assert kiosk.screen() != "result", "an outcome is shown that is not on disk"
                time.sleep(0.1)
            filler.unlink()
            kiosk.sees("result")
            assert terminal.hears("result")["sessionStatus"] == "SUCCESS"
            kiosk.close()
    finally:
        subprocess.run(["umount", state], check=False)


@case()
def an_operator_enrols_a_person(browser) -> None:
    with Terminal(pin="471147") as terminal:
        kiosk = Kiosk(browser, terminal.url)

        def asks_to_enrol() -> None:
            kiosk.sees("idle")
            kiosk.press("Service")
            kiosk.sees("pin")
            kiosk.page.keyboard.type("471147")
            kiosk.page.keyboard.press("Enter")
            kiosk.sees("operator")
            kiosk.press("Enrol a person")
            kiosk.sees("enrolee")

        def types(*values: str) -> None:
            for value in values:
                kiosk.page.locator("input.value").fill(value)
                kiosk.page.locator(".editor-next button").click()

        asks_to_enrol()
        types("ERIKSSON", "ANNA", "no number!")
        kiosk.page.wait_for_function("() => document.body.innerText.includes('check the number')")
        shot(kiosk, "enrolee")
        types("900101300007")
        kiosk.sees("consent")
        shot(kiosk, "consent-enrol")
        kiosk.press("I agree")
        kiosk.sees("face")
        kiosk.sees("result")
        enrolled = terminal.hears("enrolled")
        assert 3 <= enrolled["references"] <= 5, enrolled
        kiosk.page.wait_for_function("() => document.body.innerText.includes('You are enrolled')")
        shot(kiosk, "enrolled")
        claims = signed(terminal)
        assert claims["scheme"] == "LivenessOnly" and claims["sessionStatus"] == "SUCCESS", claims
        assert "ERIKSSON" not in json.dumps(claims) + terminal.logged() + json.dumps(terminal.events)
        kiosk.press("Done")
        # The same face under another number.
        heard = len(terminal.events)
        asks_to_enrol()
        types("NILSSON", "", "850615400006")
        kiosk.sees("consent")
        kiosk.press("I agree")
        kiosk.sees("result")
        terminal.hears("not-enrolled", after=heard)
        kiosk.page.wait_for_function("() => document.body.innerText.includes('enrolled already')")
        kiosk.close()


@case()
def a_document_is_shown_confirmed_and_compared(browser) -> None:
    with Terminal() as terminal:
        frames = show_passport(terminal.folder, 3000)
        terminal.stop()
        terminal.config.write_text(
            terminal.config.read_text()
            + f'[session]\nscheme = "CIDDocument"\n'
            + f'[document_camera]\nsource = "{frames}"\nwidth = 1920\nheight = 1080\n'
        )
        terminal.start()
        kiosk = Kiosk(browser, terminal.url)
        begin(kiosk)
        kiosk.sees("documents")
        shot(kiosk, "documents")
        kiosk.press("Passport")
        kiosk.sees("document")
        shot(kiosk, "document")
        kiosk.sees("confirm")
        shot(kiosk, "confirm")
        assert "OERSTED PROBE" in kiosk.page.inner_text("body")
        kiosk.press("Yes, it is right")
        kiosk.sees("face")
        assert "OERSTED" not in kiosk.page.content()
        kiosk.sees("result")
        result = terminal.hears("result")
        assert result["sessionStatus"] == "SUCCESS", (result, signed(terminal))
        assert "OERSTED" not in terminal.logged() + json.dumps(terminal.events)
        kiosk.close()


@case()
def strangers_are_refused(browser) -> None:
    with Terminal() as terminal:
        base = terminal.url.split("?")[0]
        wanted = {
            "": (base, {}, 403),
            "wrong key": (base + "?key=" + "0" * 64, {}, 403),
            "another host": (terminal.url, {"Host": "evil.example"}, 421),
            "no such file": (base + "assets/../mod.rs", {}, 404),
            "no cookie": (base + "kiosk", {"Connection": "Upgrade", "Upgrade": "websocket"}, 403),
        }
        for name, (address, headers, status) in wanted.items():
            request = urllib.request.Request(address, headers=headers)
            try:
                got = urllib.request.urlopen(request, timeout=10).status
            except urllib.error.HTTPError as error:
                got = error.code
                assert "default-src 'none'" in error.headers["content-security-policy"], name
            assert got == status or (name == "no cookie" and got in (400, 403, 426)), (name, got)
        kiosk = Kiosk(browser, terminal.url)
        kiosk.sees("idle")
        # Another site's page may not connect, even with the cookie.
        foreign = kiosk.context.new_page()
        foreign.goto("data:text/html,<p>elsewhere</p>")
        opened = foreign.evaluate(
            "url => new Promise(done => { const s = new WebSocket(url, 'vouch-kiosk-v1');"
            " s.onopen = () => done(true); s.onerror = () => done(false); })",
            base.replace("http", "ws") + "kiosk",
        )
        assert not opened
        kiosk.close()


@case(slow=True)
def every_question_ends_by_itself(browser) -> None:
    with Terminal() as terminal:
        kiosk = Kiosk(browser, terminal.url)
        for wait_at in ["guide", "consent"]:
            kiosk.sees("idle")
            kiosk.press("Begin")
            if wait_at == "consent":
                kiosk.press("Continue")
            kiosk.sees(wait_at)
            kiosk.sees("idle", timeout=70_000)
        kiosk.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="the slow cases too")
    parser.add_argument("--only", help="only cases with this in their name")
    parser.add_argument("--shots", type=Path, help="a folder for pictures of the screens")
    arguments = parser.parse_args()
    global SHOTS
    SHOTS = arguments.shots
    passed = failed = 0
    with chromium() as browser:
        for name, slow, run in CASES:
            if (slow and not arguments.all) or (arguments.only and arguments.only not in name):
                continue
            began = time.monotonic()
            try:
                run(browser)
                passed += 1
                verdict = "ok"
            except Exception:
                traceback.print_exc()
                failed += 1
                verdict = "FAILED"
            print(f"{verdict:7}{name} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
