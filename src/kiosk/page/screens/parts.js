import { element } from "../dom.js";
import { icon } from "../icons.js";

/** @typedef {import("../types.js").Kiosk} Kiosk */

/**
 * @param {string} label
 * @param {() => void} press
 * @param {{kind?: "primary" | "secondary" | "quiet", icon?: Parameters<typeof icon>[0], cancel?: boolean}} [look]
 */
export function button(label, press, look = {}) {
  return element(
    "button",
    { type: "button", class: `button ${look.kind ?? "secondary"}`, onclick: press, "data-cancel": look.cancel },
    look.icon && icon(look.icon),
    element("span", {}, label),
  );
}

/**
 * The button that ends the session.
 *
 * @param {Kiosk} kiosk
 * @param {string} [label]
 */
export function cancelButton(kiosk, label = kiosk.text("cancel")) {
  return button(label, () => kiosk.send("cancel"), { cancel: true });
}

/**
 * @param {string} screen
 * @param {...(Node | null | false | undefined)} parts
 */
export function section(screen, ...parts) {
  return element("section", { class: `screen ${screen}` }, ...parts);
}

/**
 * @param {string} title
 * @param {string} [classes]
 * @param {Record<string, string>} [attributes]
 */
export function heading(title, classes = "title", attributes = {}) {
  return element("h1", { class: classes, ...attributes }, title);
}

/**
 * The row of buttons at the foot: the main one first.
 *
 * @param {...(Node | null | false | undefined)} buttons
 */
export function actions(...buttons) {
  return element("div", { class: "actions" }, ...buttons);
}

/**
 * A part that scrolls when its content is long.
 *
 * @param {string} label
 * @param {...(Node | null | false | undefined)} children
 */
export function scroller(label, ...children) {
  return element("div", { class: "scroller", role: "group", "aria-label": label, tabindex: "0" }, ...children);
}
