import { element } from "../dom.js";
import { face } from "../faces.js";
import { actions, button, heading, section } from "./parts.js";

/** @type {import("../types.js").MakeScreen} */
export function idle(view, kiosk) {
  const { text, send } = kiosk;
  const start = view.start ?? "touch";
  const begin = () => send("begin");
  const touch = start === "touch";

  /** @param {MouseEvent} event */
  function touched(event) {
    if (!(event.target instanceof Element && event.target.closest("button"))) begin();
  }
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const free = !(event.target instanceof Element && event.target.closest("button"));
    if (free && (event.key === "Enter" || event.key === " ")) begin();
  }

  const root = section(
    "idle",
    element(
      "div",
      { class: "welcome", "aria-hidden": "true" },
      element("span", { class: "halo" }),
      element("span", { class: "halo late" }),
      face("idle"),
    ),
    element(
      "div",
      { class: "words" },
      heading(text("idle-title"), "title hero"),
      element("p", { class: "lead" }, text(`idle-${start}`)),
    ),
    actions(
      touch && button(text("begin"), begin, { kind: "primary" }),
      button(text("change-language"), () => send("language"), { icon: "globe" }),
      view.operator !== false && button(text("operator"), () => send("operator"), { kind: "quiet", icon: "service" }),
    ),
  );
  if (touch) {
    root.addEventListener("click", touched);
    root.addEventListener("keydown", pressed);
  }
  return { root };
}
