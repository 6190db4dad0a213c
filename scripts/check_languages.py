#!/usr/bin/env python3
"""Checks the messages of the kiosk's page: src/kiosk/languages/*.ftl against en.ftl and the page.

    scripts/check_languages.py

1. each language has exactly the messages of en.ftl, with the same variables, and none is empty;
2. a message that counts has all plural categories of its language, and `other` is the default;
3. prompts and buttons are short enough for their place on the screen;
4. the page or the kiosk's Rust code uses each message of en.ftl;
5. the page names no message that en.ftl lacks.

Reads the part of Fluent's syntax that these files need: messages, variables, and selectors on a
number. Anything else is a fault.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

KIOSK = Path(__file__).resolve().parent.parent / "src" / "kiosk"
MODEL = "en"
# Categories of whole numbers, from CLDR. Spanish and Portuguese also have `many`, from a million on.
# No message counts that far.
PLURALS: dict[str, set[str]] = {
    "en": {"one", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
    "es": {"one", "other"},
    "id": {"other"},
    "kk": {"one", "other"},
    "km": {"other"},
    "ko": {"other"},
    "pt": {"one", "other"},
    "ru": {"one", "few", "many", "other"},
    "th": {"other"},
    "tl": {"one", "other"},
    "tr": {"one", "other"},
    "vi": {"other"},
    "zh-Hans": {"other"},
    "zh-Hant": {"other"},
}
# Messages that stand on buttons. Prompts are known by their name.
BUTTONS = (
    "agree", "back", "begin", "cancel", "change-language", "confirm-change", "confirm-wrong",
    "confirm-yes", "decline", "document-id-card", "document-passport", "document-residence-permit",
    "done", "next", "operator", "operator-enrol", "operator-hide-camera", "operator-reboot", "operator-restart-eye",
)  # fmt: skip
# In characters, without marks that take no width. The page sets longer texts smaller; beyond this
# they no longer fit.
LONGEST_PROMPT = 60
LONGEST_BUTTON = 28

MESSAGE = re.compile(r"([A-Za-z][\w-]*) *=(.*)")
VARIABLE = re.compile(r"\$([\w-]+)")
PLACEABLE = re.compile(r"\{\s*\$[\w-]+\s*\}")
SELECT = re.compile(r"\{\s*\$([\w-]+)\s*->[ \t]*\n(.*?)\n\s*\}", re.DOTALL)
VARIANT = re.compile(r"^\s*(\*?)\[\s*([\w.-]+)\s*\](.*?)(?=^\s*\*?\[|\Z)", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*.*?(?:\*/|$)|\*(?:[ /].*)?$)", re.MULTILINE)
# A quoted text of JavaScript or Rust, after the operator that compares it.
QUOTED = re.compile(r"""([=!]== )?(?:"([^"\n]*)"|'([^'\n]*)'|`([^`]*)`)""")
CALL = re.compile(r"\btext\(")
# A name with gaps: `prompt-${name}` in JavaScript, "prompt-{name}" in Rust. It begins with a word.
PATTERN = re.compile(r"[a-z][a-z0-9-]*-(?:\$?\{[^}]*\}[a-z0-9-]*)+")
GAP = re.compile(r"\$?\{[^}]*\}")
NAME = re.compile(r"[a-z][a-z0-9-]*")

Messages = dict[str, str]


def main() -> None:
    """Ends with 1 and the list of faults when there is any."""
    found = list(faults(KIOSK))
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        sys.exit(1)
    messages, _ = parse((KIOSK / "languages" / f"{MODEL}.ftl").read_text(encoding="utf-8"))
    print(f"languages: {len(PLURALS)} with {len(messages)} messages each")


def faults(kiosk: Path) -> Iterator[str]:
    """All faults of the messages in a kiosk's folder."""
    files = {file.stem: file for file in sorted((kiosk / "languages").glob("*.ftl"))}
    for tag in sorted(PLURALS.keys() - files.keys()):
        yield f"{tag}.ftl: there is no such file"
    for tag in sorted(files.keys() - PLURALS.keys()):
        yield f"{tag}.ftl: say in {Path(__file__).name} which plural categories the language has"
    languages: dict[str, Messages] = {}
    for tag, file in files.items():
        languages[tag], unreadable = parse(file.read_text(encoding="utf-8"))
        yield from (f"{file.name} {fault}" for fault in unreadable)
    model = languages.get(MODEL)
    if model is None:
        return
    for tag, messages in languages.items():
        for fault in of_language(tag, messages, model):
            yield f"{tag}.ftl: {fault}"
    yield from of_use(kiosk, model)


def parse(text: str) -> tuple[Messages, list[str]]:
    """The messages of a Fluent file, and what can't be read in it."""
    messages: Messages = {}
    unreadable = []
    name = None
    for number, line in enumerate(text.splitlines(), 1):
        match = MESSAGE.match(line)
        if match:
            name = match[1]
            if name in messages:
                unreadable.append(f"line {number}: `{name}` is there twice")
            messages[name] = match[2]
        elif not line.strip() or line.startswith("#"):
            name = None
        elif name is not None and line[0] in " }" and not line.lstrip().startswith("."):
            messages[name] += f"\n{line}"
        else:
            unreadable.append(f"line {number}: can't be read: {line.strip()}")
    return messages, unreadable


def of_language(tag: str, messages: Messages, model: Messages) -> Iterator[str]:
    """What is wrong with the messages of a language, compared with the model's."""
    for name in model:
        if name not in messages:
            yield f"`{name}` is missing"
    for name, pattern in messages.items():
        if name not in model:
            yield f"`{name}` is not in {MODEL}.ftl"
            continue
        yield from of_variables(name, pattern, model[name])
        if tag in PLURALS:
            yield from of_plurals(name, pattern, model[name], PLURALS[tag])
        yield from of_texts(name, texts(pattern))


def of_variables(name: str, pattern: str, model: str) -> Iterator[str]:
    """Variables that the model does not have, or that are missing."""
    here, there = set(VARIABLE.findall(pattern)), set(VARIABLE.findall(model))
    for variable in sorted(there - here):
        yield f"`{name}` does not use ${variable}"
    for variable in sorted(here - there):
        yield f"`{name}` uses ${variable}, which {MODEL}.ftl does not have there"


def of_plurals(name: str, pattern: str, model: str, categories: set[str]) -> Iterator[str]:
    """Selectors that the language's numbers do not fit, and selectors that are missing."""
    counted = {match[1] for match in SELECT.finditer(pattern)}
    if len(categories) > 1:
        for match in SELECT.finditer(model):
            if match[1] not in counted:
                yield f"`{name}` has no plural forms for ${match[1]}"
    for match in SELECT.finditer(pattern):
        variants = [(default, key) for default, key, _ in VARIANT.findall(match[2])]
        keys = {key for _, key in variants}
        for category in sorted(categories - keys):
            yield f"`{name}` lacks the plural category `{category}`"
        for key in sorted(keys - categories):
            yield f"`{name}` has `{key}`, which is no plural category of this language"
        if [key for default, key in variants if default] != ["other"]:
            yield f"`{name}`: the default must be `*[other]`"


def of_texts(name: str, shown: Iterable[str]) -> Iterator[str]:
    """Texts that are empty, too long, or that have a brace without its partner."""
    for text in shown:
        if "{" in text or "}" in text:
            yield f"`{name}`: the braces can't be read"
        elif not text.strip():
            yield f"`{name}` is empty"
        length = width(text)
        if name.startswith("prompt-") and length > LONGEST_PROMPT:
            yield f"`{name}` has {length} characters, a prompt has at most {LONGEST_PROMPT}"
        if name in BUTTONS and length > LONGEST_BUTTON:
            yield f"`{name}` has {length} characters, a button has at most {LONGEST_BUTTON}"


def texts(pattern: str) -> list[str]:
    """Every text that a message can show. A variable stands as two digits."""
    match = SELECT.search(pattern)
    if match is None:
        return [PLACEABLE.sub("00", pattern).strip()]
    before, after = pattern[: match.start()], pattern[match.end() :]
    variants = [text.strip() for _, _, text in VARIANT.findall(match[2])]
    if not all(variants):
        return [""]
    return [text for variant in variants for text in texts(before + variant + after)]


def width(text: str) -> int:
    """How many characters take width."""
    return sum(unicodedata.category(character) not in ("Mn", "Cf") for character in text)


def of_use(kiosk: Path, model: Messages) -> Iterator[str]:
    """Messages that nothing uses, and names of messages that do not exist."""
    used: set[str] = set()
    patterns: set[str] = set()
    for file in sorted((*kiosk.rglob("*.rs"), *pages(kiosk))):
        source = COMMENT.sub("", file.read_text(encoding="utf-8"))
        # Words such as `done` are also words of the protocol: alone they count only in a call.
        used |= {text for text in quoted(source) if "-" in text and NAME.fullmatch(text)}
        patterns |= {text for text in quoted(source) if PATTERN.fullmatch(text)}
        if file.suffix != ".js":
            continue
        for line, text in named(source):
            used.add(text)
            if not any(expression(text).fullmatch(name) for name in model):
                yield f"{file.relative_to(kiosk)} line {line}: there is no message `{text}`"
    expressions = [expression(pattern) for pattern in patterns]
    for name in model:
        if name not in used and not any(pattern.fullmatch(name) for pattern in expressions):
            yield f"{MODEL}.ftl: nothing uses `{name}`"
    for name in BUTTONS:
        if name not in model:
            yield f"{Path(__file__).name}: the button `{name}` is not in {MODEL}.ftl"


def pages(kiosk: Path) -> Iterator[Path]:
    """The page's modules and documents."""
    for ending in ("*.js", "*.html"):
        yield from (kiosk / "page").rglob(ending)


def named(source: str) -> Iterator[tuple[int, str]]:
    """Line and name, or name with gaps, of each message that a module asks `text(…)` for."""
    for call in CALL.finditer(source):
        argument = first_argument(source, call.end())
        line = source.count("\n", 0, call.start()) + 1
        if re.fullmatch(r"\w+", argument):
            # A name in a variable: look at what the variable is set to.
            setting = re.compile(rf"\b(?:const|let) {argument} = ([^;]*);")
            argument = " ".join(setting.findall(source))
        for text in quoted(argument):
            if NAME.fullmatch(text) or PATTERN.fullmatch(text):
                yield line, text


def first_argument(source: str, start: int) -> str:
    """The text from `start` to the comma or bracket that ends a call's first argument."""
    depth = 0
    for at in range(start, len(source)):
        if source[at] in "([{":
            depth += 1
        elif depth == 0 and source[at] in ",)":
            return source[start:at]
        elif source[at] in ")]}":
            depth -= 1
    return source[start:]


def quoted(source: str) -> Iterator[str]:
    """All quoted texts but those that something is compared with.

    A template within a template is read as a part of the outer one.
    """
    for compared, *alternatives in QUOTED.findall(source):
        if not compared:
            yield "".join(alternatives)


def expression(name: str) -> re.Pattern[str]:
    """What a name with gaps can stand for."""
    parts = (re.escape(part) for part in GAP.split(name))
    return re.compile("[a-z0-9-]+".join(parts))


if __name__ == "__main__":
    main()
