import { holdBackButton } from "./back_button.js";
import { connect } from "./connection.js";
import { makeCountdown } from "./countdown.js";
import { element } from "./dom.js";
import { mark } from "./icons.js";
import { direction } from "./languages.js";
import { makePreview } from "./preview.js";
import { makeStage } from "./stage.js";
import { makeSpeech } from "./speech.js";
import { load, loaded, texts } from "./text.js";

/** A shorter loss of the terminal does not change the screen, in ms. */
const PATIENCE = 600;

/** @typedef {import("./types.js").View} View */

const announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
const announce = (/** @type {string} */ said) => {
  announcer.textContent = said;
};
const countdown = makeCountdown(announce);
const preview = makePreview();
const speech = makeSpeech();
const stage = makeStage(/** @type {HTMLElement} */ (document.getElementById("screen")));
const brand = element("span");
document.getElementById("bar")?.append(element("span", { class: "brand" }, mark(), brand), countdown.root);

/** @type {View | null} the latest view, shown or about to be */
let latest = null;
/** @type {View | null} what the person sees */
let shown = null;
let language = "en";
/** @type {number | undefined} */
let loss = setTimeout(showOffline, PATIENCE);

/**
 * @param {string} act
 * @param {object} [members]
 */
function send(act, members = {}) {
  if (shown) connection.send({ type: "input", view: shown.number, do: act, ...members });
}

/** @param {string} tag */
function kioskIn(tag) {
  return { text: texts(tag), language: tag, send, preview, announce };
}

/** @param {View} view */
async function take(view) {
  latest = view;
  const came = performance.now();
  if (!loaded(view.language)) await load(view.language);
  if (latest !== view) return;
  clearTimeout(loss);
  const waited = performance.now() - came;
  const fresh = shown?.screen !== view.screen || shown.number !== view.number;
  speakIn(view.language);
  shown = view;
  stage.show(view, kioskIn(view.language));
  const left = typeof view.left_ms === "number" ? { ...view, left_ms: Math.max(0, view.left_ms - waited) } : view;
  countdown.follow(left, texts(view.language), fresh);
  speech.follow(view);
}

/** @param {string} tag */
function speakIn(tag) {
  const text = texts(tag);
  language = tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = direction(tag);
  brand.textContent = text("app-name");
}

async function showOffline() {
  if (!loaded(language)) await load(language);
  if (latest) return;
  speakIn(language);
  shown = null;
  countdown.follow(null);
  speech.stop();
  stage.show({ number: -1, screen: "offline", language }, kioskIn(language));
}

const connection = connect({
  message(message) {
    if (message.type === "view" && typeof message.screen === "string") take(message);
    if (message.type === "outline") stage.outline(message);
    if (message.type === "spot") stage.spot(message);
  },
  frame: preview.take,
  lost() {
    if (latest === null) return;
    latest = null;
    loss = setTimeout(showOffline, PATIENCE);
  },
});

holdBackButton();
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("dragstart", (event) => event.preventDefault());
