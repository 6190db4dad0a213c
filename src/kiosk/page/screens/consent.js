import { element, foreign } from "../dom.js";
import { actions, button, cancelButton, heading, scroller, section } from "./parts.js";

/** Stands for the partner's name in the message, until the name itself is put there as a node of its own. */
const PLACE = "\ufffc";

/** @type {import("../types.js").MakeScreen} */
export function consent(view, kiosk) {
  const { text, send } = kiosk;
  const title = text(view.enrol ? "consent-enrol-title" : "consent-title");
  return {
    root: section(
      "consent",
      heading(title),
      scroller(
        title,
        view.partner ? partnerLine(text("consent-partner", { partner: PLACE }), view.partner) : null,
        element("p", { class: "lead" }, text(view.enrol ? "consent-enrol-text" : "consent-text")),
        element("p", { class: "lead" }, text(view.enrol ? "consent-enrol-rights" : "consent-rights")),
        element("p", { class: "small" }, text("consent-version", { version: view.version ?? "" })),
      ),
      actions(
        button(text("agree"), () => send("agree"), { kind: "primary" }),
        cancelButton(kiosk, text("decline")),
      ),
    ),
  };
}

/**
 * @param {string} message
 * @param {string} partner
 */
function partnerLine(message, partner) {
  const [before, after = ""] = message.replace(/[\u2068\u2069]/g, "").split(PLACE);
  return element("p", { class: "lead partner" }, before, foreign(partner), after);
}
