#!/usr/bin/env python3
"""Shows every screen of the page in every language, in Chromium, and checks it.

    tests/pages/screens.py [--fast] [--only NAME] [--language TAG] [--size WxH] [--tree] [--sheet]

The terminal is the built program; the views are scripted (views.py), so that screens appear that a session
seldom reaches. audit.js looks at each of them, and axe-core too. --fast: English in one size, and a sample of
three scripts. --tree: the page of the working tree instead of the program's. --sheet: makes docs/screens/
instead. One line for each screen; the last line is `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import signal
import struct
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

import sheet
from browser import Kiosk, chromium
from terminal import ROOT, Terminal
from views import CORNERS, LANGUAGES, Shot, shots

PAGE = ROOT / "src" / "kiosk" / "page"
MESSAGES = ROOT / "src" / "kiosk" / "languages"
STILL = ROOT / "target" / "demo-media" / "astronaut.png"
AXE = ROOT / "target" / "tools" / "axe" / "axe.min.js"
AUDIT = f"({Path(__file__).with_name('audit.js').read_text()})"
# Where texts have the least room, in their own measure: every view is shown there, elsewhere the main ones.
TIGHT = [(480, 800), (1280, 800), (1920, 1080)]
ROOMY = [(800, 1280), (1080, 1920)]
# Scripts that differ the most in width, height and direction.
SAMPLE = ["kk", "ar", "km"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RIGHT_TO_LEFT = {"ar"}
# Odd texts are fed in one language of each direction.
HOSTILE_IN = {"en", "ar"}
# The fonts that a language is to be shown in, beside the plain one.
PLAIN = "Noto Sans"
FONTS = {"ar": "Arabic", "th": "Thai", "km": "Khmer", "ko": "CJK KR", "zh-Hans": "CJK SC", "zh-Hant": "CJK TC"}
WORDS = "h1, h2, p, label, dt, .button span, .kind span, .step-text"
# A key of the on-screen keyboard, in pixels. Seven letters share a width of 480.
KEY, NARROW_KEY = 64, 48
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".ftl": "text/plain; charset=utf-8"}
# Longest wait for a view to appear, in milliseconds.
PATIENCE_MS = 10_000
# Faults of one screen that are printed.
PRINTED = 6

# Marks the screen that is shown, and says which it is.
MARKED = """() => {
    document.querySelector('#screen > .screen')?.setAttribute('data-old', '');
    return document.body.dataset.screen;
}"""
# Waits until a screen of this name is there that has no mark, and until it is painted.
PAINTED = """([name, patience]) => new Promise((done, fail) => {
    const until = performance.now() + patience;
    const there = () => document.body.dataset.screen === name && document.querySelector('#screen > .screen')
        && !document.querySelector('#screen > [data-old]');
    const wait = () => {
        if (there()) return requestAnimationFrame(() => requestAnimationFrame(done));
        if (performance.now() > until) return fail(new Error(`${name} does not come`));
        requestAnimationFrame(wait);
    };
    wait();
})"""
REPORTS = """window.policyReports = [];
addEventListener('securitypolicyviolation', event => window.policyReports.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""


class Stage(Kiosk):
    """The terminal's page, with a script in place of the terminal's WebSocket."""

    def __init__(self, browser, url: str, tree: bool = False):
        self._tree = tree
        self._number = 0
        self._sockets: list = []
        self.inputs: list[dict] = []
        self._pictures = {"face": frame(Image.open(STILL)), "document": frame(document())}
        super().__init__(browser, url, reduced_motion="reduce", viewport={"width": 480, "height": 800})
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.evaluate(AXE.read_text())
        self._inspector = self.context.new_cdp_session(self.page)
        for domain in ["DOM", "CSS"]:
            self._inspector.send(f"{domain}.enable")

    def open(self, url: str):
        """The page, once its socket and its messages are ours."""
        self.context.add_init_script(REPORTS)
        self.context.route_web_socket(re.compile("/kiosk$"), self._connected)
        self.context.route("https://partner.invalid/**", lambda route: route.fulfill(status=204))
        if self._tree:
            self.context.route(re.compile(r"/assets/(?!fluent/)|/languages/|\d/$"), from_tree)
            # What follows a redirection can't be replaced: take the cookie first.
            self.context.request.get(url)
            url = url.split("?")[0]
        return super().open(url)

    def _note(self, message: object) -> None:
        # The inspector asks the program itself, which lacks files that only the tree has.
        if not (self._tree and message.text.startswith("Refused to apply style")):
            super()._note(message)

    def _connected(self, socket) -> None:
        socket.on_message(lambda text: self.inputs.append(json.loads(text)))
        self._sockets.append(socket)
        if len(self._sockets) == 1:
            self._send({"screen": "starting", "operator": False}, "en")

    def _send(self, view: dict, language: str) -> None:
        self._number += 1
        whole = {"type": "view", "number": self._number, "language": language, "audio": False, "mirror": True, **view}
        self._sockets[-1].send(json.dumps(whole))

    def shows(self, shot: Shot, language: str) -> None:
        """Brings a view onto the screen, freshly made."""
        if self.page.evaluate(MARKED) == shot.kind:
            self._send({"screen": "wait" if shot.kind != "wait" else "starting", "prompt": "one-moment"}, language)
        self._send(shot.view, language)
        self._painted(shot.kind)
        if shot.press:
            self.page.locator(shot.press).first.click()
            # What lies under the pointer would look hovered.
            self.page.mouse.move(0, 0)
        if shot.camera:
            self._sockets[-1].send(self._pictures[shot.camera])
            self.page.wait_for_function("() => document.querySelector('canvas[data-live]')")
        for message in shot.after:
            self._sockets[-1].send(json.dumps(message))
        if shot.press or shot.camera:
            self._painted(shot.kind)

    def updates(self, shot: Shot, language: str) -> None:
        """Brings a further view to a screen that stays."""
        self._send(shot.view, language)
        self._painted(shot.kind)

    def _painted(self, kind: str) -> None:
        self.page.evaluate(PAINTED, [kind, PATIENCE_MS])

    def loses_its_terminal(self) -> None:
        """Ends the connection; the page makes another one and waits."""
        self._sockets[-1].close()
        self.sees("offline", timeout=PATIENCE_MS)
        self._painted("offline")

    def looks(self, size: tuple[int, int], scheme: str = "light", motion: str = "reduce") -> None:
        """Size and colours of the screen."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=scheme, reduced_motion=motion)

    def fonts(self) -> list[tuple[str, str]]:
        """Which fonts the browser took for the page's own words."""
        root = self._inspector.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        found = self._inspector.send("DOM.querySelectorAll", {"nodeId": root, "selector": WORDS})["nodeIds"]
        fonts = []
        for node in found:
            text = self._inspector.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
            used = self._inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            fonts += [(each["familyName"], re.sub("<.*?>", "", text)) for each in used if "foreign" not in text]
        return fonts

    def noted(self) -> list[str]:
        """The browser's complaints since the last time."""
        noted, self.faults[:] = list(self.faults), []
        return noted


def frame(picture: Image.Image) -> bytes:
    """A binary message: number, time, JPEG."""
    jpeg = io.BytesIO()
    picture.convert("RGB").save(jpeg, "JPEG", quality=85)
    return struct.pack("<QQ", 1, time.time_ns() // 1000) + jpeg.getvalue()


def document() -> Image.Image:
    """A passport's page on a table, where views.py says that it is."""
    table = Image.new("RGB", (1280, 720), "#8d7f70")
    draw = ImageDraw.Draw(table)
    corners = [(x * 1280, y * 720) for x, y in CORNERS]
    draw.polygon(corners, fill="#e9e4f0")
    table.paste(Image.open(STILL).convert("RGB").crop((90, 10, 370, 370)).resize((230, 296)), (230, 190))
    for row in range(5):
        draw.rectangle((520, 200 + 52 * row, 520 + (430, 300, 380, 240, 410)[row], 222 + 52 * row), fill="#8884a5")
    for row in range(2):
        draw.rectangle((230, 520 + 36 * row, 1040, 538 + 36 * row), fill="#4c4a5c")
    return table


def from_tree(route) -> None:
    """Answers with a file of the working tree."""
    path = route.request.url.split("?")[0].split("/", 3)[3]
    if not path:
        return route.fulfill(response=route.fetch(), body=(PAGE / "index.html").read_bytes())
    folder, name = path.split("/", 1)
    place = (MESSAGES if folder == "languages" else PAGE) / name
    route.fulfill(body=place.read_bytes(), content_type=TYPES[place.suffix])


@dataclass
class Language:
    """A language's messages, as far as the checks need them."""

    tag: str
    ids: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for line in (MESSAGES / f"{self.tag}.ftl").read_text().splitlines():
            if found := re.match(r"([a-z][\w-]*) *= *(.*)", line):
                self.ids.append(found[1])
                self.values.append(found[2].strip())


@dataclass
class Round:
    """Which screens are shown, and how."""

    language: str
    size: tuple[int, int]
    scheme: str = "light"
    main_only: bool = False
    axe: bool = False
    fonts: bool = False

    def __str__(self) -> str:
        return f"{self.language} {self.size[0]}x{self.size[1]} {self.scheme}"


def rounds(fast: bool, languages: list[str]) -> Iterator[Round]:
    """What is looked at, in an order in which the size changes seldom."""
    if fast:
        yield Round("en", TIGHT[0], axe=True)
        for tag in SAMPLE:
            yield Round(tag, TIGHT[0], main_only=True, fonts=True)
        return
    for size in TIGHT:
        for tag in languages:
            yield Round(tag, size)
    for size in TIGHT[:2] if "en" in languages else []:
        for scheme in ["light", "dark"]:
            yield Round("en", size, scheme, axe=True)
    for size, axe in [(ROOMY[0], True), (ROOMY[1], False)]:
        for scheme in ["light", "dark"] if axe else ["light"]:
            for tag in languages:
                yield Round(tag, size, scheme, main_only=True, axe=axe, fonts=scheme == "light")


class Verdicts:
    """How often each kind of screen was looked at, and what was found."""

    def __init__(self) -> None:
        self.looks: dict[str, int] = defaultdict(int)
        # From a fault to where it was seen.
        self.faults: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def note(self, kind: str, where: str, faults: list[str]) -> None:
        """One look."""
        self.looks[kind] += 1
        for fault in faults:
            self.faults[kind][fault].append(where)

    def count(self) -> int:
        """How many faults were found."""
        return sum(len(found) for found in self.faults.values())

    def tell(self) -> int:
        """Prints them; returns how many kinds failed."""
        for kind, looks in sorted(self.looks.items()):
            found = self.faults.get(kind, {})
            print(f"{'FAILED' if found else 'ok':7}{kind} ({looks} looks)", flush=True)
            for fault, places in sorted(found.items(), key=lambda pair: -len(pair[1]))[:PRINTED]:
                print(f"         {fault}\n           {len(places)} times: {'; '.join(places[:3])}")
            if len(found) > PRINTED:
                print(f"         and {len(found) - PRINTED} other faults")
        failed = len(self.faults)
        print(f"{len(self.looks) - failed} passed, {failed} failed")
        return failed


def look(stage: Stage, shot: Shot, asked: Round, messages: Language) -> list[str]:
    """Shows one view and returns its faults."""
    try:
        stage.shows(shot, asked.language)
    except Exception as error:  # A screen that never comes is a fault of that screen, not of the run.
        return [f"is not shown: {str(error).splitlines()[0]}", *stage.noted()]
    return [*audit(stage, asked, messages, shot.hostile), *told(stage, shot), *stage.noted()]


def audit(stage: Stage, asked: Round, messages: Language, hostile: bool = False) -> list[str]:
    """What audit.js and axe-core find on the screen that is shown."""
    wanted = {
        "tag": asked.language,
        "rtl": asked.language in RIGHT_TO_LEFT,
        "ids": messages.ids,
        "values": messages.values,
        "key": NARROW_KEY if asked.size[0] <= 480 else KEY,
        "hostile": hostile,
    }
    faults = stage.page.evaluate(AUDIT, wanted)
    if asked.axe:
        options = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False, "iframes": False}
        found = stage.page.evaluate("options => axe.run(document, options).then(found => found.violations)", options)
        faults += [f"axe {each['id']}: {node['html'][:90]}" for each in found for node in each["nodes"]]
    if asked.fonts:
        good = {PLAIN, f"{PLAIN} {FONTS.get(asked.language, '')}".strip()}
        faults += [f"{text[:24]!r} is shown in {font}" for font, text in stage.fonts() if font not in good]
    return faults


def told(stage: Stage, shot: Shot) -> list[str]:
    """Whether what came from outside is on the screen as it came."""
    if not shot.hostile or shot.press:
        return []
    fed = [shot.view.get("partner"), *(each["value"] for each in shot.view.get("fields", []))]
    shown = stage.page.evaluate("() => [...document.querySelectorAll('.foreign')].map(made => made.textContent)")
    faults = [f"{value[:30]!r} is not shown as it came" for value in fed if value and value not in shown]
    if shot.kind == "redirect" and not stage.page.url.startswith("http://127.0.0.1"):
        faults.append(f"went to {stage.page.url}")
    return faults


def follows(stage: Stage, language: str) -> list[str]:
    """Whether a screen that stays shows each further prompt."""
    messages, faults = Language(language), []
    for kind in ["face", "document"]:
        series = [each for each in shots() if each.kind == kind]
        stage.shows(series[0], language)
        for shot in series[1:]:
            wanted = messages.values[messages.ids.index(f"prompt-{shot.view['prompt']}")]
            stage.updates(shot, language)
            said = stage.page.evaluate("() => document.querySelector('#prompt').textContent")
            if said != wanted:
                faults.append(f"{shot.name}: says {said!r} for {wanted!r}")
    return faults


def moves(stage: Stage) -> list[str]:
    """Whether there is motion where it is wanted: else the check for rest would prove nothing."""
    stage.looks(TIGHT[0], motion="no-preference")
    faults = []
    for shot in shots():
        if shot.name in {"idle-touch", "wait-one-moment", "face-turn-left", "document-turn-over", "result-passed"}:
            stage.shows(shot, "en")
            if not stage.page.evaluate("() => document.getAnimations().length"):
                faults.append(f"{shot.name} does not move")
    return [*faults, *stage.noted()]


def check(stage: Stage, arguments: argparse.Namespace) -> int:
    """All rounds."""
    verdicts = Verdicts()
    wanted = [each for each in shots() if not arguments.only or arguments.only in each.name]
    languages = [arguments.language] if arguments.language else LANGUAGES
    for asked in rounds(arguments.fast, languages):
        if arguments.size not in (None, f"{asked.size[0]}x{asked.size[1]}"):
            continue
        began = time.monotonic()
        messages = Language(asked.language)
        stage.looks(asked.size, asked.scheme)
        for shot in wanted:
            if (asked.main_only and not shot.main) or (shot.hostile and asked.language not in HOSTILE_IN):
                continue
            faults = look(stage, shot, asked, messages)
            verdicts.note(shot.kind, f"{asked} {shot.name}", faults)
        if not arguments.only:
            stage.loses_its_terminal()
            verdicts.note("offline", str(asked), [*audit(stage, asked, messages), *stage.noted()])
        took = time.monotonic() - began
        print(f"  {asked}: {took:.1f} s, {verdicts.count()} faults so far", file=sys.stderr, flush=True)
    if not arguments.only:
        verdicts.note("prompts that follow", "en", [*follows(stage, "en"), *follows(stage, "ar")])
        verdicts.note("motion", "en", moves(stage))
    return verdicts.tell()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fast", action="store_true", help="English in one size, and a sample of languages")
    parser.add_argument("--only", help="only views with this in their name")
    parser.add_argument("--language", help="only this language")
    parser.add_argument("--size", help="only this size, as 480x800")
    parser.add_argument("--tree", action="store_true", help="the page of the working tree")
    parser.add_argument("--sheet", action="store_true", help="makes the contact sheets in docs/screens")
    arguments = parser.parse_args()
    # Ends like any other way out, so that terminal and browser end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Terminal(camera="/dev/no-camera") as terminal, chromium() as browser:
        stage = Stage(browser, terminal.url, arguments.tree)
        if arguments.sheet:
            return sheet.make(stage, [arguments.language] if arguments.language else LANGUAGES)
        return 1 if check(stage, arguments) else 0


if __name__ == "__main__":
    sys.exit(main())
