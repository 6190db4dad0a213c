import { alphabetFor } from "./alphabets.js";
import { element } from "./dom.js";
import { makeKeyboard } from "./keyboard.js";
import { size } from "./prompt.js";

/** Fields that are mostly digits. */
const DIGITS = new Set(["date-of-birth", "issue-date", "expire-date", "identification-number", "number"]);
let made = 0;

/**
 * One value to type: its label, the input and the keyboard.
 *
 * @param {import("./types.js").Kiosk} kiosk
 * @param {object} ask
 * @param {string} ask.name the field's name
 * @param {string} ask.label
 * @param {string} ask.value
 * @param {number} ask.longest in characters
 * @param {string} [ask.fault] what was wrong with it
 * @param {() => void} ask.done the enter key
 * @param {Node} ask.back a button
 * @param {Node} ask.next a button
 */
export function makeEditor(kiosk, ask) {
  made += 1;
  const id = `value-${made}`;
  const input = element("input", {
    id,
    class: "value",
    type: "text",
    inputmode: "none",
    autocomplete: "off",
    autocorrect: "off",
    autocapitalize: "off",
    spellcheck: "false",
    dir: "auto",
    maxlength: ask.longest,
    "aria-describedby": ask.fault ? `${id}-fault` : undefined,
    "aria-invalid": ask.fault ? "true" : undefined,
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && ask.done(),
  });
  input.value = ask.value;
  const start = DIGITS.has(ask.name) ? "digits" : alphabetFor(ask.value, kiosk.language);
  const keyboard = makeKeyboard(kiosk, input, start);
  const root = element(
    "div",
    { class: "editor" },
    element(
      "div",
      { class: "asked" },
      element("label", { class: "value-label", for: id, "data-size": size(ask.label) }, ask.label),
      input,
      element("p", { class: "fault", id: `${id}-fault`, role: "alert" }, ask.fault ?? ""),
    ),
    keyboard.root,
    element("div", { class: "editor-back" }, ask.back),
    element("div", { class: "editor-next" }, ask.next),
  );
  return {
    root,
    input,
    leave() {
      keyboard.leave();
      input.value = "";
    },
  };
}
