import { element } from "../dom.js";
import { makeEditor } from "../editor.js";
import { button, cancelButton, heading, section } from "./parts.js";

/**
 * @typedef {object} Asked what is asked: one thing after the other
 * @property {string} name in the input that is sent
 * @property {string} label a message
 * @property {number} longest that the terminal takes
 * @property {boolean} [mayBeEmpty]
 * @property {string} fault the terminal's word for a fault in it
 */

/** @type {Asked[]} */
const CLAIM = [
  { name: "name", label: "typing-name", longest: 200, fault: "name" },
  { name: "number", label: "typing-number", longest: 40, fault: "number" },
];
/** @type {Asked[]} */
const ENROLEE = [
  { name: "last_name", label: "field-last-name", longest: 100, fault: "name" },
  // Many people have a single name.
  { name: "first_name", label: "field-first-name", longest: 100, mayBeEmpty: true, fault: "name" },
  { name: "number", label: "typing-number", longest: 40, fault: "number" },
];

/** @type {import("../types.js").MakeScreen} */
export function typing(view, kiosk) {
  return asking(view, kiosk, CLAIM, kiosk.text("typing-title"), "claim");
}

/** @type {import("../types.js").MakeScreen} */
export function enrolee(view, kiosk) {
  return asking(view, kiosk, ENROLEE, kiosk.text("enrol-title"), "enrol");
}

/**
 * @param {import("../types.js").View} view
 * @param {import("../types.js").Kiosk} kiosk
 * @param {Asked[]} all
 * @param {string} title
 * @param {string} act the input that is sent
 * @returns {import("../types.js").Screen}
 */
function asking(view, kiosk, all, title, act) {
  const { text, send } = kiosk;
  /** @type {Record<string, string>} */
  const typed = Object.fromEntries(all.map(({ name }) => [name, ""]));
  const place = element("div", { class: "editor-place" });
  const step = element("p", { class: "step-of" });
  /** @type {ReturnType<typeof makeEditor> | undefined} */
  let editor;

  /**
   * @param {number} at
   * @param {string} [fault]
   */
  function ask(at, fault) {
    const { name, label, longest, mayBeEmpty } = all[at];
    const last = at === all.length - 1;
    keep();
    const go = () => {
      const value = editor?.input.value.trim() ?? "";
      if (!value && !mayBeEmpty) return editor?.input.focus();
      typed[name] = value;
      if (last) send(act, typed);
      else ask(at + 1);
    };
    editor = makeEditor(kiosk, {
      name,
      label: text(label),
      value: typed[name],
      longest,
      fault: fault && text(`typing-fault-${fault}`),
      done: go,
      back: at === 0 ? cancelButton(kiosk) : button(text("back"), () => ask(at - 1)),
      next: button(text("next"), go, { kind: "primary" }),
    });
    step.textContent = text("step-of", { step: at + 1, steps: all.length });
    place.replaceChildren(editor.root);
    if (place.isConnected) editor.input.focus();
    here = at;
  }
  let here = -1;

  function keep() {
    if (editor && here >= 0) typed[all[here].name] = editor.input.value.trim();
    editor?.leave();
  }

  /** @param {import("../types.js").View} next */
  function update(next) {
    if (next.number === number) return;
    number = next.number;
    if (next.fault) ask(placeOf(next.fault), next.fault);
  }

  /** @param {string | undefined} fault */
  function placeOf(fault) {
    return Math.max(
      0,
      all.findIndex((one) => one.fault === fault),
    );
  }

  let { number } = view;
  ask(placeOf(view.fault), view.fault);
  return {
    root: section(
      "typing",
      element("div", { class: "headline" }, heading(title, "eyebrow"), step),
      place,
    ),
    update,
    leave() {
      editor?.leave();
      for (const { name } of all) typed[name] = "";
    },
  };
}
