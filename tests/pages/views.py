"""What the terminal could show: every screen of docs/KIOSK.md and its variants, as scripted views."""

from __future__ import annotations

from dataclasses import dataclass, field

LANGUAGES = ["en", "id", "es", "ar", "tl", "ko", "pt", "ru", "th", "tr", "vi", "km", "zh-Hans", "zh-Hant", "kk"]

FACE_PROMPTS = [
    "come-into-view", "one-person-only", "come-closer", "move-back", "move-to-the-middle", "more-light",
    "less-light", "look-straight", "open-eyes", "uncover-face", "hold-still", "well-done",
]  # fmt: skip
GESTURES = ["blink", "open-mouth", "turn-left", "turn-right", "nod"]
DOCUMENT_PROMPTS = [
    "show-document", "show-whole-document", "document-closer", "hold-document-flat", "hold-document-still",
    "more-light-on-document", "tilt-against-glare", "turn-over", "one-document-only", "not-a-document",
    "show-the-original", "well-done",
]  # fmt: skip
WAIT_PROMPTS = ["looking-up", "hold-still", "one-moment"]
KINDS = ["id-card", "residence-permit", "passport"]
TROUBLES = ["no-camera", "not-ready"]
STEPS = ["document", "typing", "face"]
REASONS = [
    "attack", "no-face", "several-faces", "time-out", "person-changed", "cancelled", "no-best-frame",
    "document-unreadable", "document-expired", "document-seen-before", "no-match", "no-record", "already-enrolled", "camera",
    "internal", "busy",
]  # fmt: skip
# After these the person may try again.
AGAIN = {"no-face", "several-faces", "time-out", "no-best-frame", "document-unreadable", "no-match", "no-record"}

# Every field, with values as documents have them.
FIELDS = {
    "document-type": "P",
    "country": "UTO",
    "document-number": "N01234567",
    "first-name": "ANNA MARIA",
    "last-name": "ERIKSSON-VELÁZQUEZ",
    "patronymic": "Серікқызы",
    "gender": "F",
    "date-of-birth": "1974-08-12",
    "place-of-birth": "ZENITH",
    "nationality": "UTO",
    "issue-date": "2022-04-15",
    "expire-date": "2032-04-15",
    "authority": "MINISTRY OF INTERNAL AFFAIRS",
    "identification-number": "740812400123",
}
DOUBTFUL = {"first-name", "date-of-birth"}
PARTNER = "Northern Savings Bank"

# Where the document lies in the picture of it, and the face in its own.
CORNERS = [[0.14, 0.2], [0.85, 0.18], [0.88, 0.84], [0.12, 0.86]]
FACE_BOX = [0.27, 0.1, 0.2, 0.36]

# What a scribbled document or an odd partner might hold. None of it may do anything.
HOSTILE = [
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "N" * 300,
    "Ж" * 150 + " " + "W" * 149,
    "\u202etxt.exe",
    "\u2069\u202eevil\u2066",
    "a\u0007b\u001bc\u0085d\u200bE",
    "{ $seconds } { -brand }",
    "الاسم \u202bعربي",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034d" * 8,
    "\u0e01\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49",
    "javascript:window.hacked=1",
    "ﷺ𝒳👩‍👩‍👧",
    "' onclick='window.hacked=1",
]


@dataclass(frozen=True)
class Shot:
    """One view, what comes with it, and what is pressed on it."""

    name: str
    view: dict
    # On the contact sheet, and in the short rounds.
    main: bool = False
    # Whose picture the camera gives: `face` or `document`.
    camera: str = ""
    # Further messages.
    after: list[dict] = field(default_factory=list)
    # A button that is pressed then.
    press: str = ""
    # Its texts come from outside and are odd.
    hostile: bool = False

    @property
    def kind(self) -> str:
        """The screen's name."""
        return self.view["screen"]


def shot(name: str, screen: str, left: int | None = None, total: int | None = None, **members: object) -> Shot:
    """A view; what is not one of a shot's own members is one of the view's."""
    own = {key: members.pop(key) for key in ["main", "camera", "after", "press", "hostile"] if key in members}
    view = {"screen": screen, **{key: value for key, value in members.items() if value is not None}}
    if left is not None:
        view |= {"left_ms": left, "total_ms": total or 2 * left}
    return Shot(name, view, **own)


def shots() -> list[Shot]:
    """All of them."""
    return [*beginning(), *questions(), *scanning(), *watching(), *endings(), *service(), *from_outside()]


def beginning() -> list[Shot]:
    """Before a session."""
    return [
        shot("starting", "starting", operator=True, main=True),
        *(shot(f"starting-{trouble}", "starting", trouble=trouble, operator=True, main=trouble == "no-camera")
          for trouble in TROUBLES),
        shot("starting-no-pin", "starting", operator=False),
        *(shot(f"idle-{start}", "idle", start=start, operator=True, main=start == "touch")
          for start in ["touch", "presence", "partner"]),
        shot("idle-no-pin", "idle", start="touch", operator=False),
        shot("language", "language", 24_900, 30_000, languages=LANGUAGES, main=True),
        shot("language-two", "language", 24_900, 30_000, languages=["kk", "ru"]),
    ]  # fmt: skip


def questions() -> list[Shot]:
    """What the person is asked."""
    number = {"press": ".editor-next button"}
    return [
        shot("guide", "guide", 27_900, 30_000, steps=STEPS, main=True),
        shot("guide-face", "guide", 27_900, 30_000, steps=["face"]),
        shot("consent", "consent", 57_900, 60_000, version="1"),
        shot("consent-partner", "consent", 57_900, 60_000, version="1", partner=PARTNER, main=True),
        shot("consent-enrol", "consent", 57_900, 60_000, version="1", enrol=True, main=True),
        shot("documents", "documents", 27_900, 30_000, kinds=KINDS, main=True),
        shot("documents-one", "documents", 27_900, 30_000, kinds=["passport"]),
        shot("typing", "typing", 118_900, 120_000, main=True),
        shot("typing-fault-name", "typing", 88_900, 120_000, fault="name"),
        shot("typing-fault-number", "typing", 88_900, 120_000, fault="number", main=True),
        shot("typing-other-letters", "typing", 88_900, 120_000, press=".controls .key:nth-child(2)"),
        shot("enrolee", "enrolee", 178_900, 180_000, main=True),
        shot("enrolee-fault-number", "enrolee", 148_900, 180_000, fault="number"),
        shot("confirm", "confirm", 54_900, 60_000, fields=fields(DOUBTFUL), main=True),
        shot("confirm-sure", "confirm", 54_900, 60_000, fields=fields(set())),
        shot("confirm-all-doubtful", "confirm", 54_900, 60_000, fields=fields(set(FIELDS))),
        shot("confirm-change", "confirm", 54_900, 60_000, fields=fields(DOUBTFUL), press=".field .button", main=True),
    ]


def scanning() -> list[Shot]:
    """The document camera."""
    found = {"camera": "document", "after": [{"type": "outline", "frame": 1, "corners": CORNERS}]}
    lost = {"camera": "document", "after": [{"type": "outline", "frame": 1, "corners": None}]}
    sides = [(kind, side) for kind in ["id-card", "residence-permit"] for side in [0, 1]]
    sides += [("passport", 0), (None, 0)]
    # As the terminal would have it: lost while it asks for the document, found while it judges it.
    return [
        *(shot(f"document-{kind or 'any'}-{side}", "document", 38_900, 45_000, prompt="hold-document-still",
               kind=kind, side=side, main=kind == "passport", **found) for kind, side in sides),
        *(shot(f"document-{prompt}", "document", 38_900, 45_000, prompt=prompt, kind="id-card", side=0,
               main=prompt in {"show-document", "turn-over"}, **(lost if prompt == "show-document" else found))
          for prompt in DOCUMENT_PROMPTS),
        shot("document-dark", "document", 38_900, 45_000, prompt="show-document", kind="passport", side=0),
    ]  # fmt: skip


def watching() -> list[Shot]:
    """The face's camera, and the screen as a lamp."""
    def spot(steady: float) -> dict:
        return {"camera": "face", "after": [{"type": "spot", "frame": 1, "box": FACE_BOX, "steady": steady}]}

    return [
        *(shot(f"wait-{prompt}", "wait", prompt=prompt, main=prompt == "looking-up") for prompt in WAIT_PROMPTS),
        *(shot(f"face-{prompt}", "face", 14_200, 20_000, prompt=prompt, gesture=0, gestures=0, mirror=True,
               main=prompt in {"move-to-the-middle", "hold-still"}, **spot(0.4)) for prompt in FACE_PROMPTS),
        *(shot(f"face-{prompt}", "face", 6_900, 8_000, prompt=prompt, gesture=min(at, 2), gestures=3, mirror=True,
               main=prompt in {"turn-left", "open-mouth"}, **spot(0.6)) for at, prompt in enumerate(GESTURES)),
        shot("face-gesture-done", "face", 6_900, 8_000, prompt="well-done", gesture=1, gestures=3, mirror=True,
             **spot(1)),
        shot("face-short-of-time", "face", 3_900, 8_000, prompt="nod", gesture=2, gestures=3, mirror=False, **spot(0)),
        shot("face-dark", "face", 14_200, 20_000, prompt="come-into-view", gesture=0, gestures=2, mirror=True),
        *(shot(f"light-{colour[1:]}", "light", colour=colour, main=colour == "#2050ff")
          for colour in ["#ffffff", "#ff2020", "#20ff40", "#2050ff", "#000000"]),
    ]  # fmt: skip


def endings() -> list[Shot]:
    """How a session ends."""
    return [
        shot("result-passed", "result", 7_900, 8_000, outcome="passed", again=False, main=True),
        shot("result-enrolled", "result", 7_900, 8_000, outcome="passed", again=False, enrolled=True),
        shot("result-review", "result", 7_900, 8_000, outcome="review", again=False, main=True),
        *(shot(f"result-{reason}", "result", 18_900, 20_000, outcome="failed", reason=reason, again=reason in AGAIN,
               main=reason == "no-match") for reason in REASONS),
        shot("result-no-reason", "result", 18_900, 20_000, outcome="failed", again=True),
        # An address without an answer: the screen stays.
        shot("redirect", "redirect", 4_900, 5_000, url="https://partner.invalid/back?id=1", main=True),
        *(shot(f"error-{reason}", "error", 18_900, 20_000, reason=reason, main=reason == "busy") for reason in REASONS),
    ]  # fmt: skip


def service() -> list[Shot]:
    """What the staff see."""
    return [
        shot("pin", "pin", 27_900, 30_000, main=True),
        shot("pin-wrong", "pin", 27_900, 30_000, fault="wrong"),
        shot("pin-locked", "pin", 27_900, 30_000, fault="locked", wait_ms=290_000),
        shot("operator", "operator", 290_900, 300_000, **report(), main=True),
        shot("operator-camera", "operator", 290_900, 300_000, **report(), camera="face", press=".panel .button"),
        shot("operator-new", "operator", 290_900, 300_000, doctor=[], results=[], version="0.1.0", device="kiosk-7",
             network={"state": "off", "waiting": 0, "refused": 0}),
        shot("operator-connected", "operator", 290_900, 300_000,
             **{**report(), "network": {"state": "connected", "waiting": 0, "refused": 0}}),
        shot("operator-sure", "operator", 290_900, 300_000, **report(), press=".actions .button:last-child"),
    ]  # fmt: skip


def report() -> dict:
    """An operator's page with something of each state."""
    schemes = ["CIDFace2Live", "CIDDocument", "CIDFace", "CIDDocumentFace2Live"]
    return {
        "doctor": [
            {"name": "camera", "state": "ok", "text": "/dev/video0: 1280x720 at 30 pictures per second"},
            {"name": "models", "state": "ok", "text": "7 models, all verified"},
            {"name": "accelerator", "state": "warning", "text": "no accelerator: the processor does all the work"},
            {"name": "clock", "state": "warning",
             "text": "not synchronised for 3 h; results carry the terminal's own time"},
            {"name": "storage", "state": "failed", "text": "/var/lib/vouch: 97 % full, room for 12 more results"},
        ],
        "results": [
            {"at": f"2026-11-{20 - at:02}T09:{at:02}:07Z", "scheme": schemes[at % 4],
             "outcome": "SUCCESS" if at % 3 else "FAILED", "code": 0 if at % 3 else 12201 + at}
            for at in range(10)
        ],
        "network": {"state": "disconnected", "waiting": 3, "refused": 1},
        "version": "0.1.0+4fc66de",
        "device": "lobby-west-2",
    }  # fmt: skip


def fields(doubtful: set[str]) -> list[dict]:
    """The fields to confirm."""
    return [{"name": name, "value": value, "doubtful": name in doubtful} for name, value in FIELDS.items()]


def from_outside() -> list[Shot]:
    """Odd texts in every place that shows a text from outside."""
    names = list(FIELDS)
    odd = [{"name": names[at], "value": value, "doubtful": at % 2 == 0} for at, value in enumerate(HOSTILE)]
    row = {"scheme": HOSTILE[2], "outcome": HOSTILE[0], "code": 12201}
    return [
        *(shot(f"hostile-partner-{at}", "consent", 57_900, 60_000, version="1", partner=value, hostile=True)
          for at, value in enumerate(HOSTILE)),
        shot("hostile-fields", "confirm", 54_900, 60_000, fields=odd, hostile=True),
        shot("hostile-change-markup", "confirm", 54_900, 60_000, fields=odd[:1], hostile=True, press=".field .button"),
        shot("hostile-change-long", "confirm", 54_900, 60_000, fields=odd[2:3], hostile=True, press=".field .button"),
        shot("hostile-operator", "operator", 290_900, 300_000, hostile=True,
             doctor=[{"name": value, "state": value, "text": value} for value in HOSTILE],
             results=[{"at": value, **row, "outcome": value} for value in HOSTILE],
             network={"state": HOSTILE[0], "waiting": 10**12, "refused": 10**12},
             version=HOSTILE[0], device=HOSTILE[2]),
        shot("hostile-error", "error", hostile=True, reason=HOSTILE[0]),
        shot("hostile-redirect", "redirect", hostile=True, url="javascript:window.hacked=1"),
        shot("hostile-redirect-data", "redirect", hostile=True, url="data:text/html,<script>1</script>"),
    ]  # fmt: skip
