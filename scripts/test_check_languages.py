#!/usr/bin/env python3
"""Tests of check_languages.py: each kind of fault is found, and what is right passes."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import check_languages
from check_languages import PLURALS, faults, first_argument, named, parse, texts, width

TIME_LEFT = "time-left = { $seconds ->\n    [one] { $seconds } second\n   *[other] { $seconds } seconds\n}\n"
MODEL = f"## Everywhere\nnext = Continue\n{TIME_LEFT}prompt-blink = Blink\nstep-of = Step {{ $step }}\n"
PAGE = """
/** A desk's `key-unknown` in a comment is no use. */
export function screen(view, { text }) {
  const message = view.left ? "time-left" : "step-of";
  button(text("next"), () => send("done"));
  return [text(`prompt-${view.prompt}`), text(message, { step: 1 })];
}
"""


class CheckLanguages(unittest.TestCase):
    """A kiosk's folder with en.ftl, ru.ftl, th.ftl and one module."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kiosk = Path(folder.name)
        for name in ("languages", "page/screens"):
            (self.kiosk / name).mkdir(parents=True)
        kept = PLURALS.copy(), check_languages.BUTTONS
        self.addCleanup(self.put_back, *kept)
        for tag in PLURALS.keys() - {"en", "ru", "th"}:
            del PLURALS[tag]
        check_languages.BUTTONS = ("next",)
        self.model = MODEL
        self.russian = russian("{ $seconds } секунд")
        self.thai = thai("ต่อไป")
        self.page = PAGE

    @staticmethod
    def put_back(plurals: dict[str, set[str]], buttons: tuple[str, ...]) -> None:
        PLURALS.update(plurals)
        check_languages.BUTTONS = buttons

    def found(self) -> list[str]:
        for tag, text in (("en", self.model), ("ru", self.russian), ("th", self.thai)):
            (self.kiosk / "languages" / f"{tag}.ftl").write_text(text, encoding="utf-8")
        (self.kiosk / "page" / "screens" / "one.js").write_text(self.page, encoding="utf-8")
        return list(faults(self.kiosk))

    def test_what_is_right_passes(self) -> None:
        self.assertEqual(self.found(), [])

    def test_a_missing_message(self) -> None:
        self.thai = self.thai.replace("next = ต่อไป\n", "")
        self.assertEqual(self.found(), ["th.ftl: `next` is missing"])

    def test_an_extra_message(self) -> None:
        self.thai += "again = อีกครั้ง\n"
        self.assertEqual(self.found(), ["th.ftl: `again` is not in en.ftl"])

    def test_a_message_that_is_there_twice(self) -> None:
        self.thai += "next = ต่อไป\n"
        self.assertEqual(self.found(), ["th.ftl line 7: `next` is there twice"])

    def test_other_variables(self) -> None:
        self.thai = self.thai.replace("{ $step }", "{ $stop }")
        self.assertEqual(
            self.found(),
            [
                "th.ftl: `step-of` does not use $step",
                "th.ftl: `step-of` uses $stop, which en.ftl does not have there",
            ],
        )

    def test_a_plural_category_that_is_missing(self) -> None:
        self.russian = self.russian.replace("    [few] { $seconds } секунд\n", "")
        self.assertEqual(self.found(), ["ru.ftl: `time-left` lacks the plural category `few`"])

    def test_a_plural_category_of_another_language(self) -> None:
        self.thai = self.thai.replace("   *[other]", "    [one] หนึ่งวินาที\n   *[other]")
        self.assertEqual(
            self.found(),
            ["th.ftl: `time-left` has `one`, which is no plural category of this language"],
        )

    def test_a_default_that_is_not_other(self) -> None:
        self.russian = self.russian.replace("   *[other]", "    [other]").replace("    [one]", "   *[one]")
        self.assertEqual(self.found(), ["ru.ftl: `time-left`: the default must be `*[other]`"])

    def test_a_message_that_counts_without_plural_forms(self) -> None:
        self.russian = (
            "next = Далее\ntime-left = { $seconds } с\nprompt-blink = Моргните\nstep-of = { $step }\n"
        )
        self.assertEqual(self.found(), ["ru.ftl: `time-left` has no plural forms for $seconds"])

    def test_an_empty_message_and_an_empty_variant(self) -> None:
        self.thai = thai("")
        self.russian = russian("")
        self.assertEqual(
            self.found(),
            [
                "ru.ftl: `time-left` is empty",
                "th.ftl: `next` is empty",
            ],
        )

    def test_a_prompt_that_is_too_long(self) -> None:
        self.thai = self.thai.replace("กรุณากะพริบตา", "ก" * 61)
        self.assertEqual(self.found(), ["th.ftl: `prompt-blink` has 61 characters, a prompt has at most 60"])

    def test_a_button_that_is_too_long(self) -> None:
        self.thai = thai("ต" * 29)
        self.assertEqual(self.found(), ["th.ftl: `next` has 29 characters, a button has at most 28"])

    def test_a_brace_without_its_partner(self) -> None:
        self.thai = self.thai.replace("{ $step }", "{ $step")
        self.assertEqual(self.found(), ["th.ftl: `step-of`: the braces can't be read"])

    def test_a_line_that_can_t_be_read(self) -> None:
        self.thai += "    .label = ต่อไป\n\nnext\n"
        self.assertEqual(
            self.found(),
            ["th.ftl line 7: can't be read: .label = ต่อไป", "th.ftl line 9: can't be read: next"],
        )

    def test_a_language_without_a_file_or_without_categories(self) -> None:
        (self.kiosk / "languages" / "fr.ftl").write_text(MODEL, encoding="utf-8")
        PLURALS["tr"] = {"one", "other"}
        self.assertEqual(
            self.found(),
            [
                "tr.ftl: there is no such file",
                "fr.ftl: say in check_languages.py which plural categories the language has",
            ],
        )

    def test_a_message_that_nothing_uses(self) -> None:
        self.page = self.page.replace('text("next")', '"…"').replace("prompt-$", "prompts-$")
        self.page += 'const act = "next"; // a word of the protocol alone is no use\n'
        self.assertEqual(
            self.found(),
            [
                "page/screens/one.js line 6: there is no message `prompts-${view.prompt}`",
                "en.ftl: nothing uses `next`",
                "en.ftl: nothing uses `prompt-blink`",
            ],
        )

    def test_rust_uses_messages_too(self) -> None:
        self.page = self.page.replace("text(`prompt-${view.prompt}`)", "0").replace(
            '"step-of"', '"time-left"'
        )
        (self.kiosk / "speech.rs").write_text('format!("prompt-{name}"); ("step-of", 1)', encoding="utf-8")
        self.assertEqual(self.found(), [])

    def test_a_name_in_the_page_that_no_message_has(self) -> None:
        self.page += 'text("nxt");\ntext(a === "is-no-name" ? `guide-${a}` : "next");\n'
        self.assertEqual(
            self.found(),
            [
                "page/screens/one.js line 8: there is no message `nxt`",
                "page/screens/one.js line 9: there is no message `guide-${a}`",
            ],
        )

    def test_a_button_that_is_no_message(self) -> None:
        check_languages.BUTTONS = ("next", "stop")
        self.assertEqual(self.found(), ["check_languages.py: the button `stop` is not in en.ftl"])


class Reading(unittest.TestCase):
    """The parts that read Fluent and JavaScript."""

    def test_every_text_that_a_message_can_show(self) -> None:
        messages, unreadable = parse(
            "wait = Wait { $n ->\n    [one] { $n } day\n   *[other] { $n } days\n}.\n"
        )
        self.assertEqual(unreadable, [])
        self.assertEqual(texts(messages["wait"]), ["Wait 00 day.", "Wait 00 days."])

    def test_marks_take_no_width(self) -> None:
        self.assertEqual(width("กี่"), 1)
        self.assertEqual(width("й"), 1)

    def test_a_call_s_first_argument(self) -> None:
        self.assertEqual(first_argument('text(["a", "b"], 1)', 5), '["a", "b"]')

    def test_names_in_a_variable_and_in_a_template(self) -> None:
        source = 'const name = a ? "one-name" : "other-name";\n`${text(name)}: ${text(`x-${y}-z`)}`'
        self.assertEqual([text for _, text in named(source)], ["one-name", "other-name", "x-${y}-z"])


def russian(left: str) -> str:
    """Russian messages; all forms of `time-left` are the same."""
    forms = "".join(f"    [{key}] {left}\n" for key in ("one", "few", "many"))
    return (
        f"next = Продолжить\ntime-left = {{ $seconds ->\n{forms}   *[other] {left}\n}}\n"
        "prompt-blink = Моргните\nstep-of = Шаг { $step }\n"
    )


def thai(following: str) -> str:
    """Thai messages."""
    return (
        f"next = {following}\ntime-left = {{ $seconds ->\n   *[other] {{ $seconds }} วินาที\n}}\n"
        "prompt-blink = กรุณากะพริบตา\nstep-of = ขั้นตอน { $step }\n"
    )


if __name__ == "__main__":
    unittest.main()
