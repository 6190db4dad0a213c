import { element } from "../dom.js";
import { face } from "../faces.js";
import { icon } from "../icons.js";
import { actions, button, cancelButton, heading, section } from "./parts.js";

/** @typedef {import("../types.js").MakeScreen} MakeScreen */

/** Something calm to look at while the terminal works. */
function breathing() {
  return element(
    "div",
    { class: "breathing", "aria-hidden": "true" },
    element("span"),
    element("span"),
    element("span"),
  );
}

/** @type {MakeScreen} */
export function starting(view, { text, send }) {
  const trouble = view.trouble;
  return {
    root: section(
      "starting",
      trouble ? element("div", { class: "sign caution", "aria-hidden": "true" }, icon("warning")) : breathing(),
      element(
        "div",
        { class: "words" },
        heading(text("starting-title"), "title hero"),
        element("p", { class: "lead" }, text(`trouble-${trouble}`) || text("starting-text")),
      ),
      view.operator !== false &&
        actions(button(text("operator"), () => send("operator"), { kind: "quiet", icon: "service" })),
    ),
  };
}

/** @type {MakeScreen} */
export function wait(view, kiosk) {
  const name = view.prompt ?? "one-moment";
  return {
    root: section(
      "wait",
      name === "hold-still" ? element("div", { class: "picture" }, face(name)) : breathing(),
      element(
        "div",
        { class: "words" },
        heading(kiosk.text(`prompt-${name}`) || kiosk.text("prompt-one-moment"), "title hero"),
      ),
      actions(cancelButton(kiosk)),
    ),
  };
}

/** The page's own screen while it has no terminal. @type {MakeScreen} */
export function offline(view, { text }) {
  return {
    root: section("offline", breathing(), element("div", { class: "words" }, heading(text("offline") || "…", "title"))),
  };
}
