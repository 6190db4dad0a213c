import { drawing, element } from "../dom.js";
import { icon } from "../icons.js";
import { actions, button, heading, section } from "./parts.js";

/** @typedef {import("../types.js").MakeScreen} MakeScreen */

const PASSED = `<ellipse class="tick-oval" cx="100" cy="120" rx="84" ry="108" pathLength="100"/>
  <path class="tick" d="M60 122l30 32 54-68" pathLength="100"/>`;

/** @param {string} outcome */
function sign(outcome) {
  if (outcome === "passed") {
    return element("div", { class: "picture" }, drawing("0 0 200 240", PASSED, "line-drawing do-well-done"));
  }
  const failed = outcome === "failed";
  return element(
    "div",
    { class: `sign ${failed ? "bad" : "caution"}`, "aria-hidden": "true" },
    icon(failed ? "close" : "clock"),
  );
}

/** @type {MakeScreen} */
export function result(view, { text, send }) {
  const outcome = view.outcome ?? "failed";
  const said = view.reason ? text(`reason-${view.reason}`) : text(view.enrolled ? "result-enrolled-text" : `result-${outcome}-text`);
  return {
    root: section(
      "result",
      sign(outcome),
      element(
        "div",
        { class: "words" },
        heading(text(`result-${outcome}`), "title hero"),
        said && element("p", { class: "lead" }, said),
      ),
      actions(
        view.again && button(text("try-again"), () => send("again"), { kind: "primary", icon: "again" }),
        button(text("done"), () => send("done"), { kind: view.again ? "secondary" : "primary" }),
      ),
    ),
  };
}

/** @type {MakeScreen} */
export function error(view, { text, send }) {
  return {
    root: section(
      "error",
      element("div", { class: "sign caution", "aria-hidden": "true" }, icon("warning")),
      element("div", { class: "words" }, heading(text(`reason-${view.reason}`) || text("reason-internal"))),
      actions(button(text("done"), () => send("done"), { kind: "primary" })),
    ),
  };
}

/** @type {MakeScreen} */
export function redirect(view, { text }) {
  const target = webAddress(view.url);
  if (target) requestAnimationFrame(() => requestAnimationFrame(() => location.replace(target)));
  return {
    root: section(
      "redirect",
      sign("passed"),
      element(
        "div",
        { class: "words" },
        heading(text("redirect-title"), "title hero"),
        target && element("p", { class: "lead" }, text("redirect-text")),
      ),
    ),
  };
}

/**
 * The address, if it is one of the web: the page follows no other scheme.
 *
 * @param {string | undefined} url
 */
function webAddress(url) {
  const address = url && URL.canParse(url) ? new URL(url) : null;
  return address && (address.protocol === "https:" || address.protocol === "http:") ? address.href : null;
}
