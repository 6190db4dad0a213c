import { cardPrompt } from "../cards.js";
import { drawing, element } from "../dom.js";
import { makePrompt } from "../prompt.js";
import { actions, cancelButton, heading, section } from "./parts.js";

const OUTLINE = '<polygon points="" vector-effect="non-scaling-stroke"/>';

/** @type {import("../types.js").MakeScreen} */
export function document(view, kiosk) {
  const { text } = kiosk;
  const canvas = element("canvas", { role: "img", "aria-label": text("camera-picture"), width: 0, height: 0 });
  const overlay = drawing("0 0 1 1", OUTLINE, "outline");
  overlay.setAttribute("preserveAspectRatio", "none");
  const polygon = /** @type {SVGPolygonElement} */ (overlay.querySelector("polygon"));
  const window = element("div", { class: "table" }, canvas, overlay);
  const prompt = makePrompt("");
  const side = element("p", { class: "side" });
  const picture = element("div", { class: "gesture-picture", "aria-hidden": "true" });
  let drawn = "";

  /** @param {import("../types.js").View} next */
  function update(next) {
    const name = next.prompt ?? "show-document";
    prompt.say(text(`prompt-${name}`));
    side.textContent = sideText(next);
    window.toggleAttribute("data-praised", name === "well-done");
    const wanted = `${name} ${next.kind} ${next.side}`;
    if (wanted === drawn) return;
    drawn = wanted;
    picture.replaceChildren(cardPrompt(name, next.kind, next.side));
  }

  /** @param {import("../types.js").View} next */
  function sideText(next) {
    if (!next.kind) return "";
    const which = next.kind === "passport" ? "page" : next.side === 1 ? "back" : "front";
    return text(`document-${which}`);
  }

  update(view);
  kiosk.preview.show(canvas, (width, height) => window.style.setProperty("--ratio", `${width / height}`));
  return {
    root: section(
      "document",
      element(
        "div",
        { class: "headline" },
        heading(text("document-title"), "eyebrow", { "aria-describedby": "prompt" }),
        side,
      ),
      element("div", { class: "table-place" }, window),
      element("div", { class: "telling" }, picture, prompt.root),
      actions(cancelButton(kiosk)),
    ),
    update,
    outline({ corners }) {
      overlay.toggleAttribute("data-found", Boolean(corners));
      if (corners) polygon.setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
    },
    leave: kiosk.preview.stop,
  };
}
