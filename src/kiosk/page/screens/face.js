import { element } from "../dom.js";
import { face as faceDrawing } from "../faces.js";
import { makeOval } from "../oval.js";
import { makePrompt } from "../prompt.js";
import { actions, cancelButton, heading, section } from "./parts.js";

/** @type {import("../types.js").MakeScreen} */
export function face(view, kiosk) {
  const { text } = kiosk;
  const oval = makeOval(text("camera-picture"), view.mirror !== false);
  const prompt = makePrompt("");
  const gesture = element("p", { class: "gesture-of" });
  const picture = element("div", { class: "gesture-picture", "aria-hidden": "true" });
  let drawn = "";

  /** @param {import("../types.js").View} next */
  function update(next) {
    const name = next.prompt ?? "look-straight";
    const gestures = next.gestures ?? 0;
    prompt.say(text(`prompt-${name}`));
    oval.progress(next.gesture ?? 0, gestures, name === "well-done");
    gesture.textContent = gestures
      ? text("gesture-of", { gesture: Math.min(gestures, (next.gesture ?? 0) + 1), gestures })
      : "";
    if (name === drawn) return;
    drawn = name;
    picture.replaceChildren(faceDrawing(name));
  }

  update(view);
  kiosk.preview.show(oval.canvas);
  return {
    root: section(
      "face",
      element(
        "div",
        { class: "headline" },
        heading(text("face-title"), "eyebrow", { "aria-describedby": "prompt" }),
        gesture,
      ),
      oval.root,
      element("div", { class: "telling" }, picture, prompt.root),
      actions(cancelButton(kiosk)),
    ),
    update,
    spot: oval.spot,
    leave: kiosk.preview.stop,
  };
}
