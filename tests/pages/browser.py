"""Debian's Chromium, driven by Playwright, and what a person does on the page."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
# Longest wait for a screen, in milliseconds.
PATIENCE_MS = 60_000
# What is pressed where a screen asks something.
ANSWERS = {
    "guide": ".button.primary",
    "consent": ".button.primary",
    "documents": ".choice",
    "confirm": ".button.primary",
}
UPRIGHT = {"width": 800, "height": 1280}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


class Kiosk:
    """A page of the terminal, and its faults."""

    def __init__(self, browser: Browser, url: str, **options: object):
        self.context = browser.new_context(**{"viewport": UPRIGHT, **options})
        self.faults: list[str] = []
        self.page = self.open(url)

    def open(self, url: str, ours: bool = True) -> Page:
        """Another tab; faults are noted if it is ours."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if ours:
            page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
            page.on("console", self._note)
        page.goto(url)
        return page

    def _note(self, message: object) -> None:
        # A terminal that was killed on purpose refuses connections.
        if message.type == "error" and "WebSocket" not in message.text:
            self.faults.append(f"console: {message.text}")

    def sees(self, screen: str, page: Page | None = None, timeout: int = PATIENCE_MS) -> None:
        """Waits for a screen."""
        (page or self.page).wait_for_function(
            "name => document.body.dataset.screen === name", arg=screen, timeout=timeout
        )

    def screen(self, page: Page | None = None) -> str:
        """The screen that is shown."""
        return (page or self.page).evaluate("document.body.dataset.screen ?? ''")

    def press(self, name: str, page: Page | None = None) -> None:
        """Presses the button of this name."""
        (page or self.page).get_by_role("button", name=re.compile(f"^{re.escape(name)}$")).click()

    def lead(self, patience_s: float = 120) -> list[str]:
        """Does what each screen asks until the session is over; returns the screens that were seen."""
        seen: list[str] = []
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            screen = self.screen()
            if not seen or seen[-1] != screen:
                seen.append(screen)
            # A partner may have switched the result page off.
            if screen == "result" or (screen == "idle" and "face" in seen):
                return seen
            if screen in ANSWERS:
                with contextlib.suppress(TimeoutError):
                    # The screen may change meanwhile; then the next round sees another one.
                    self.page.locator(ANSWERS[screen]).last.click(timeout=2000)
            time.sleep(0.1)
        raise AssertionError(f"the session did not end: {seen}")

    def close(self) -> None:
        """Closes all its tabs; faults that were noted are an error."""
        self.context.close()
        assert not self.faults, self.faults
