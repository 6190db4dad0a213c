import { ALPHABETS, alphabet } from "./alphabets.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";

/** On narrower screens the letters stand in the alphabet's order: rows of a desk's keyboard would be too small. */
const NARROW = "(max-width: 859px)";
/** A held delete key repeats after the first and then each further time, in ms. */
const REPEAT_AFTER = 450;
const REPEAT = 90;

/**
 * An on-screen keyboard for one input.
 *
 * @param {import("./types.js").Kiosk} kiosk
 * @param {HTMLInputElement} input
 * @param {string} start `latin`, `cyrillic` or `digits`
 */
export function makeKeyboard(kiosk, input, start) {
  const { text, language } = kiosk;
  const narrow = matchMedia(NARROW);
  const letters = element("div", { class: "letters" });
  const controls = element("div", { class: "controls" });
  const root = element("div", { class: "keyboard", role: "group", "aria-label": text("keyboard") }, letters, controls);
  let name = start;
  /** @type {boolean | null} null: capitals at the start of a word */
  let capitals = capitalsOf(input.value);
  /** @type {number | undefined} */
  let repeating;

  /** @param {string} typed */
  function type(typed) {
    const [from, to] = [input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length];
    if (input.value.length - (to - from) + typed.length > input.maxLength) return;
    input.setRangeText(typed, from, to, "end");
    changed();
  }

  function erase() {
    const [from, to] = [input.selectionStart ?? 0, input.selectionEnd ?? 0];
    const start = from === to ? from - ([...input.value.slice(0, from)].at(-1)?.length ?? 0) : from;
    input.setRangeText("", start, to, "end");
    changed();
  }

  function changed() {
    input.dispatchEvent(new Event("input"));
    // Keeps the caret in sight when the text is longer than its box.
    input.scrollLeft = input.selectionStart === input.value.length ? input.scrollWidth : input.scrollLeft;
  }

  function upper() {
    const before = input.value.slice(0, input.selectionStart ?? input.value.length);
    return capitals ?? /(^|[\s-])$/u.test(before);
  }

  /** @param {string} letter */
  function cased(letter) {
    return upper() ? letter.toLocaleUpperCase(language) : letter;
  }

  /** @param {string} letter */
  function letterKey(letter) {
    return key(letter, () => type(cased(letter)), { "data-letter": letter });
  }

  function build() {
    const { rows, order } = alphabet(name, language);
    letters.dataset.alphabet = name;
    letters.dataset.order = narrow.matches ? "alphabet" : "desk";
    letters.replaceChildren(
      ...(narrow.matches
        ? [...order].map(letterKey)
        : rows.map((row) => element("div", { class: "letter-row" }, ...[...row].map(letterKey)))),
    );
    const others = Object.keys(ALPHABETS).filter((other) => other !== name);
    const shift = key(icon("shift"), () => setCapitals(!upper()), {
      "aria-label": text("key-shift"),
      class: "key control shift",
    });
    controls.replaceChildren(
      ...(name === "digits" ? [] : [shift]),
      ...others.map((other) =>
        key(ALPHABETS[other].sign, () => change(other), {
          "aria-label": label(other),
          class: "key control",
        }),
      ),
      key("-", () => type("-"), { class: "key control" }),
      key(icon("space"), () => type(" "), { "aria-label": text("key-space"), class: "key space" }),
      deleteKey(),
    );
    rove();
    paint();
  }

  /** @param {string} other */
  function label(other) {
    const message = other === "digits" ? "key-digits" : name === "digits" ? "key-letters" : "key-alphabet";
    return `${ALPHABETS[other].sign} ${text(message)}`;
  }

  function deleteKey() {
    const made = key(icon("delete"), erase, { "aria-label": text("key-delete"), class: "key control delete" });
    made.addEventListener("pointerdown", () => {
      clearTimeout(repeating);
      const again = () => {
        erase();
        repeating = setTimeout(again, REPEAT);
      };
      repeating = setTimeout(again, REPEAT_AFTER);
    });
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) {
      made.addEventListener(end, () => clearTimeout(repeating));
    }
    return made;
  }

  /** @param {string} other */
  function change(other) {
    name = other;
    build();
  }

  /** @param {boolean} on */
  function setCapitals(on) {
    capitals = on;
    paint();
  }

  function paint() {
    for (const made of letters.querySelectorAll("[data-letter]")) {
      made.textContent = cased(made.getAttribute("data-letter") ?? "");
    }
    controls.querySelector(".shift")?.setAttribute("aria-pressed", String(upper()));
  }

  function rove() {
    const keys = root.querySelectorAll("button");
    keys.forEach((made, index) => made.setAttribute("tabindex", index === 0 ? "0" : "-1"));
  }

  root.addEventListener("keydown", (event) => moveFocus(root, event));
  // A touched key must not take the caret from the input.
  root.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("input", paint);
  narrow.addEventListener("change", build);
  build();
  return {
    root,
    leave() {
      clearTimeout(repeating);
      narrow.removeEventListener("change", build);
    },
  };
}

/**
 * @param {string | Node} shown
 * @param {() => void} press
 * @param {Record<string, unknown>} attributes
 */
function key(shown, press, attributes) {
  return element("button", { type: "button", class: "key", onclick: press, ...attributes }, shown);
}

/**
 * A text in capitals goes on in capitals.
 *
 * @param {string} value
 */
function capitalsOf(value) {
  const cased = /\p{Lu}/u.test(value) && !/\p{Ll}/u.test(value);
  return cased && value.length > 1 ? true : null;
}

/**
 * Arrow keys go from key to key; the tabulator passes the keyboard in one step.
 *
 * @param {HTMLElement} root
 * @param {KeyboardEvent} event
 */
function moveFocus(root, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 0, ArrowUp: 0 }[event.key];
  const keys = [...root.querySelectorAll("button")];
  const at = keys.findIndex((made) => made === document.activeElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  const next = step ? keys[(at + step + keys.length) % keys.length] : above(keys, keys[at], event.key === "ArrowDown");
  if (!next) return;
  keys[at].setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

/**
 * The nearest key in the next row below or above.
 *
 * @param {HTMLButtonElement[]} keys
 * @param {HTMLButtonElement} from
 * @param {boolean} down
 */
function above(keys, from, down) {
  const here = from.getBoundingClientRect();
  const middle = here.x + here.width / 2;
  return keys
    .map((made) => ({ made, box: made.getBoundingClientRect() }))
    .filter(({ box }) => (down ? box.top >= here.bottom - 1 : box.bottom <= here.top + 1))
    .sort(
      (a, b) =>
        Math.abs(a.box.top - here.top) - Math.abs(b.box.top - here.top) ||
        Math.abs(a.box.x + a.box.width / 2 - middle) - Math.abs(b.box.x + b.box.width / 2 - middle),
    )[0]?.made;
}
