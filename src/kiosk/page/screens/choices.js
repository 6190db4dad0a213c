import { card } from "../cards.js";
import { element } from "../dom.js";
import { icon } from "../icons.js";
import { direction, NAMES } from "../languages.js";
import { actions, button, cancelButton, heading, scroller, section } from "./parts.js";

/** @typedef {import("../types.js").MakeScreen} MakeScreen */

/** @type {MakeScreen} */
export function language(view, kiosk) {
  const { text, send } = kiosk;
  const choices = (view.languages ?? []).map((tag) =>
    element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          class: "choice",
          lang: tag,
          dir: direction(tag),
          "aria-current": tag === view.language ? "true" : undefined,
          onclick: () => send("language", { language: tag }),
        },
        element("span", {}, NAMES.get(tag) ?? tag),
        tag === view.language && icon("check"),
      ),
    ),
  );
  return {
    root: section(
      "language",
      heading(text("language-title")),
      scroller(text("language-title"), element("ul", { class: "choices languages" }, ...choices)),
      actions(cancelButton(kiosk)),
    ),
  };
}

const STEP_ICONS = /** @type {const} */ ({ document: "card", typing: "keyboard", face: "face" });

/** @type {MakeScreen} */
export function guide(view, kiosk) {
  const { text, send } = kiosk;
  const steps = (view.steps ?? [])
    .filter((step) => step in STEP_ICONS)
    .map((step, index) =>
      element(
        "li",
        { class: "step" },
        element("span", { class: "step-picture" }, icon(STEP_ICONS[/** @type {keyof typeof STEP_ICONS} */ (step)])),
        element("span", { class: "step-number", "aria-hidden": "true" }, String(index + 1)),
        element("span", { class: "step-text" }, text(`guide-${step}`)),
      ),
    );
  return {
    root: section(
      "guide",
      heading(text("guide-title")),
      element("ol", { class: "steps" }, ...steps),
      actions(
        button(text("next"), () => send("next"), { kind: "primary" }),
        cancelButton(kiosk),
      ),
    ),
  };
}

/** @type {MakeScreen} */
export function documents(view, kiosk) {
  const { text, send } = kiosk;
  const choices = (view.kinds ?? []).map((kind) =>
    element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "choice kind", onclick: () => send("document", { document: kind }) },
        card(kind),
        element("span", {}, text(`document-${kind}`)),
      ),
    ),
  );
  return {
    root: section(
      "documents",
      heading(text("documents-title")),
      element("ul", { class: "choices kinds" }, ...choices),
      actions(cancelButton(kiosk)),
    ),
  };
}
