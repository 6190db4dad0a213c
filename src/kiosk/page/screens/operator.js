import { element, foreign } from "../dom.js";
import { icon } from "../icons.js";
import { actions, button, heading, section } from "./parts.js";

/** @typedef {import("../types.js").View} View */
/** @typedef {import("../types.js").Kiosk} Kiosk */

/** A restart must be pressed twice within this time, in ms. */
const SURE = 4000;
const STATE_ICONS = /** @type {const} */ ({ ok: "check", warning: "warning", failed: "close" });

/** @type {import("../types.js").MakeScreen} */
export function operator(view, kiosk) {
  const { text, send } = kiosk;
  const canvas = element("canvas", { role: "img", "aria-label": text("operator-camera"), width: 0, height: 0 });
  const table = element("div", { class: "table" }, canvas);
  const doctor = element("ul", { class: "doctor" });
  const results = element("div", {
    class: "results",
    role: "group",
    tabindex: "0",
    "aria-label": text("operator-results"),
  });
  const network = element("div", { class: "network" });
  const about = element("p", { class: "about" });
  let on = false;
  const act = (/** @type {string} */ action) => send("action", { action });

  const cameraButton = element(
    "button",
    { type: "button", class: "button secondary", onclick: toggleCamera },
    icon("camera"),
    element("span"),
  );

  function toggleCamera() {
    on = !on;
    act(on ? "camera-on" : "camera-off");
    paintCamera();
  }

  function paintCamera() {
    const label = cameraButton.querySelector("span");
    if (label) label.textContent = text(on ? "operator-hide-camera" : "operator-show-camera");
    table.hidden = !on;
    if (on) kiosk.preview.show(canvas, (width, height) => table.style.setProperty("--ratio", `${width / height}`));
    else kiosk.preview.stop();
    if (!on) delete canvas.dataset.live;
  }

  /** @param {View} next */
  function update(next) {
    if (next.camera !== undefined && next.camera !== on) {
      on = next.camera;
      paintCamera();
    }
    doctor.replaceChildren(...(next.doctor ?? []).map((line) => doctorLine(line, kiosk)));
    results.replaceChildren(resultTable(next, kiosk));
    network.replaceChildren(...networkLines(next, kiosk));
    about.replaceChildren(
      foreign(text("operator-device", { device: next.device ?? "" })),
      foreign(text("operator-version", { version: next.version ?? "" })),
    );
  }

  paintCamera();
  update(view);
  return {
    root: section(
      "operator",
      element("div", { class: "operator-head" }, heading(text("operator-title")), about),
      element(
        "div",
        { class: "panels" },
        panel(text("operator-doctor"), doctor),
        panel(text("operator-camera"), table, cameraButton),
        panel(text("operator-network"), network),
        panel(text("operator-results"), results),
      ),
      actions(
        button(text("done"), () => send("done"), { kind: "primary" }),
        button(text("operator-enrol"), () => act("enrol"), { icon: "face" }),
        sureButton(kiosk, text("operator-restart-eye"), "camera", () => act("restart-eye")),
        sureButton(kiosk, text("operator-reboot"), "power", () => act("reboot")),
      ),
    ),
    update,
    leave: kiosk.preview.stop,
  };
}

/**
 * @param {string} title
 * @param {...Node} children
 */
function panel(title, ...children) {
  return element("section", { class: "panel" }, element("h2", {}, title), ...children);
}

/**
 * A button for what disturbs: the first press asks, the second one acts.
 *
 * @param {Kiosk} kiosk
 * @param {string} label
 * @param {"camera" | "power"} sign
 * @param {() => void} press
 */
function sureButton(kiosk, label, sign, press) {
  let asked = false;
  const made = button(
    label,
    () => {
      if (asked) press();
      show(!asked);
      if (asked) setTimeout(() => asked && show(false), SURE);
    },
    { icon: sign },
  );
  const words = made.querySelector("span");
  /** @param {boolean} asking */
  function show(asking) {
    asked = asking;
    made.toggleAttribute("data-asked", asking);
    if (words) words.textContent = asking ? kiosk.text("press-again") : label;
    if (asking) kiosk.announce(kiosk.text("press-again"));
  }
  return made;
}

/**
 * @param {{name: string, state: string, text: string}} line
 * @param {Kiosk} kiosk
 */
function doctorLine(line, { text }) {
  const state = line.state in STATE_ICONS ? /** @type {keyof typeof STATE_ICONS} */ (line.state) : "warning";
  return element(
    "li",
    { "data-state": state },
    element("span", { class: "state", role: "img", "aria-label": text(`state-${state}`) }, icon(STATE_ICONS[state])),
    element("span", { class: "line-name" }, foreign(line.name)),
    element("span", { class: "line-text" }, foreign(line.text)),
  );
}

/**
 * @param {View} view
 * @param {Kiosk} kiosk
 */
function resultTable(view, { text, language }) {
  const rows = view.results ?? [];
  const outcome = (/** @type {string} */ name) => text(`outcome-${name.toLowerCase()}`) || name;
  if (rows.length === 0) return element("p", { class: "small" }, text("operator-no-results"));
  const cells = (/** @type {string[]} */ names, /** @type {"th" | "td"} */ tag) =>
    names.map((name) => element(tag, {}, foreign(name)));
  return element(
    "table",
    {},
    element(
      "tbody",
      {},
      ...rows.map((row) =>
        element(
          "tr",
          { "data-outcome": row.outcome.toLowerCase() },
          ...cells([moment(row.at, language), row.scheme, outcome(row.outcome), String(row.code)], "td"),
        ),
      ),
    ),
  );
}

/**
 * A time of day; with the date, if it is not of today.
 *
 * @param {string | number} at
 * @param {string} language
 */
function moment(at, language) {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return String(at);
  const today = time.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, {
    hourCycle: "h23",
    ...(today ? { timeStyle: "medium" } : { dateStyle: "short", timeStyle: "short" }),
  }).format(time);
}

/**
 * @param {View} view
 * @param {Kiosk} kiosk
 */
function networkLines(view, { text }) {
  const { state = "off", waiting = 0, refused = 0 } = view.network ?? {};
  const sign = state === "connected" ? "ok" : state === "off" ? "warning" : "failed";
  return [
    element(
      "p",
      { class: "network-state", "data-state": sign },
      icon("network"),
      foreign(text(`network-${state}`) || state),
    ),
    element("p", {}, text("operator-waiting", { count: waiting })),
    element("p", { "data-state": refused > 0 ? "failed" : undefined }, text("operator-refused", { count: refused })),
  ];
}
