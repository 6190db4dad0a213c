import { element } from "../dom.js";
import { makeEditor } from "../editor.js";
import { button, cancelButton, heading, section } from "./parts.js";

/** What is asked, in this order, with the longest that the terminal takes. */
const ASKED = /** @type {const} */ ([
  { name: "name", longest: 200 },
  { name: "number", longest: 40 },
]);

/** @type {import("../types.js").MakeScreen} */
export function typing(view, kiosk) {
  const { text, send } = kiosk;
  const typed = { name: "", number: "" };
  const place = element("div", { class: "editor-place" });
  const step = element("p", { class: "step-of" });
  /** @type {ReturnType<typeof makeEditor> | undefined} */
  let editor;

  /**
   * @param {number} at
   * @param {string} [fault]
   */
  function ask(at, fault) {
    const { name, longest } = ASKED[at];
    const last = at === ASKED.length - 1;
    keep();
    const go = () => {
      if (!editor?.input.value.trim()) return editor?.input.focus();
      typed[name] = editor.input.value.trim();
      if (last) send("claim", typed);
      else ask(at + 1);
    };
    editor = makeEditor(kiosk, {
      name,
      label: text(`typing-${name}`),
      value: typed[name],
      longest,
      fault: fault && text(`typing-fault-${fault}`),
      done: go,
      back: at === 0 ? cancelButton(kiosk) : button(text("back"), () => ask(at - 1)),
      next: button(text("next"), go, { kind: "primary" }),
    });
    step.textContent = text("step-of", { step: at + 1, steps: ASKED.length });
    place.replaceChildren(editor.root);
    if (place.isConnected) editor.input.focus();
    here = at;
  }
  let here = -1;

  function keep() {
    if (editor && here >= 0) typed[ASKED[here].name] = editor.input.value.trim();
    editor?.leave();
  }

  /** @param {import("../types.js").View} next */
  function update(next) {
    if (next.number === number) return;
    number = next.number;
    if (next.fault) ask(next.fault === "number" ? 1 : 0, next.fault);
  }

  let { number } = view;
  ask(view.fault === "number" ? 1 : 0, view.fault);
  return {
    root: section(
      "typing",
      element("div", { class: "headline" }, heading(text("typing-title"), "eyebrow"), step),
      place,
    ),
    update,
    leave() {
      editor?.leave();
      typed.name = typed.number = "";
    },
  };
}
