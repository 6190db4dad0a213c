import { element, foreign } from "../dom.js";
import { makeEditor } from "../editor.js";
import { icon } from "../icons.js";
import { actions, button, cancelButton, heading, scroller, section } from "./parts.js";

/** @typedef {import("../types.js").Field} Field */

/** The terminal takes no longer value, in characters. */
const LONGEST = 200;
/** A longer value has a row of its own, in characters. */
const WIDE = 13;

/** @type {import("../types.js").MakeScreen} */
export function confirm(view, kiosk) {
  const { text, send } = kiosk;
  // The doubtful ones first: they are what the person is asked about.
  const fields = [...(view.fields ?? [])].sort((a, b) => Number(b.doubtful ?? false) - Number(a.doubtful ?? false));
  /** @type {Map<string, string>} */
  const changed = new Map();
  const root = section("confirm");
  /** @type {ReturnType<typeof makeEditor> | undefined} */
  let editor;

  /** @param {string} [cameFrom] the field that was changed just now */
  function list(cameFrom) {
    editor?.leave();
    editor = undefined;
    const doubt = fields.some((field) => field.doubtful && !changed.has(field.name));
    root.classList.remove("editing");
    root.replaceChildren(
      element(
        "div",
        { class: "words" },
        heading(text("confirm-title")),
        doubt && element("p", { class: "note" }, icon("warning"), text("confirm-doubtful")),
      ),
      scroller(text("confirm-title"), element("dl", { class: "fields" }, ...fields.map(row))),
      actions(
        button(text("confirm-yes"), sendConfirm, { kind: "primary", icon: "check" }),
        button(text("confirm-wrong"), () => send("wrong")),
        cancelButton(kiosk),
      ),
    );
    if (cameFrom) focusField(cameFrom);
  }

  /** @param {Field} field */
  function row(field) {
    const value = changed.get(field.name) ?? field.value;
    const label = labelOf(field);
    const doubtful = field.doubtful && !changed.has(field.name);
    return element(
      "div",
      {
        class: "field",
        "data-doubtful": doubtful,
        "data-wide": field.doubtful || value.length > WIDE,
        "data-name": field.name,
      },
      element("dt", {}, doubtful && icon("warning"), label),
      element(
        "dd",
        {},
        foreign(value),
        field.doubtful &&
          element(
            "button",
            {
              type: "button",
              class: "button small",
              "aria-label": `${text("confirm-change")}: ${label}`,
              onclick: () => edit(field),
            },
            icon("pen"),
            element("span", {}, text("confirm-change")),
          ),
      ),
    );
  }

  /** @param {Field} field */
  function edit(field) {
    const done = () => {
      const value = editor?.input.value.trim() ?? "";
      if (value && value !== field.value) changed.set(field.name, value);
      if (value === field.value) changed.delete(field.name);
      list(field.name);
    };
    editor = makeEditor(kiosk, {
      name: field.name,
      label: labelOf(field),
      value: changed.get(field.name) ?? field.value,
      longest: LONGEST,
      done,
      back: button(text("back"), () => list(field.name), { cancel: true }),
      next: button(text("done"), done, { kind: "primary", icon: "check" }),
    });
    root.classList.add("editing");
    root.replaceChildren(
      element("div", { class: "headline" }, heading(text("confirm-change"), "eyebrow")),
      element("div", { class: "editor-place" }, editor.root),
    );
    editor.input.focus();
    editor.input.setSelectionRange(editor.input.value.length, editor.input.value.length);
  }

  /** @param {string} name */
  function focusField(name) {
    for (const made of root.querySelectorAll(".field")) {
      if (made.getAttribute("data-name") === name) made.querySelector("button")?.focus();
    }
  }

  /** @param {Field} field */
  function labelOf(field) {
    return text(`field-${field.name}`) || field.name;
  }

  function sendConfirm() {
    send("confirm", { fields: [...changed].map(([name, value]) => ({ name, value })) });
  }

  list();
  return {
    root,
    leave() {
      editor?.leave();
      changed.clear();
    },
  };
}
