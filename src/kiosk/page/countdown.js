import { drawing, element } from "./dom.js";

/** From here on, in seconds, the countdown is marked. */
const SHORT = 5;
/** Screen readers hear the time once, so many seconds before the end. */
const WARNING = 10;
const TICK_MS = 200;

const RING = `
  <circle class="ring-rest" cx="24" cy="24" r="20" fill="none" stroke-width="5"/>
  <circle class="ring-left" cx="24" cy="24" r="20" fill="none" stroke-width="5" pathLength="100"
    stroke-dasharray="100" stroke-linecap="round" transform="rotate(-90 24 24)"/>`;

/**
 * The time that a screen has left, in the bar.
 *
 * @param {(text: string) => void} announce
 */
export function makeCountdown(announce) {
  const ring = drawing("0 0 48 48", RING, "countdown-ring");
  const left = /** @type {SVGCircleElement} */ (ring.querySelector(".ring-left"));
  const number = element("span", { class: "countdown-number", "aria-hidden": "true" });
  const label = element("span", { class: "countdown-label" });
  const root = element(
    "div",
    { class: "countdown", role: "timer", "aria-live": "off", hidden: true },
    element("span", { class: "countdown-dial" }, ring, number),
    label,
  );
  /** @type {number | undefined} */
  let timer;
  let deadline = 0;
  let total = 1;
  let shown = -1;
  let warned = false;
  /** @type {import("./types.js").Text} */
  let text = () => "";

  function tick() {
    const rest = Math.max(0, deadline - performance.now());
    left.style.strokeDashoffset = String(100 - Math.min(100, (100 * rest) / total));
    const seconds = Math.ceil(rest / 1000);
    if (seconds === shown) return;
    shown = seconds;
    number.textContent = seconds < 100 ? String(seconds) : clock(seconds);
    root.toggleAttribute("data-long", seconds >= 100);
    label.textContent = text("time-left", { seconds });
    root.toggleAttribute("data-short", seconds <= SHORT);
    if (seconds <= WARNING && seconds > 0 && !warned && total > 2 * WARNING * 1000) {
      warned = true;
      announce(label.textContent);
    }
    if (seconds === 0) clearInterval(timer);
  }

  return {
    root,
    /**
     * @param {import("./types.js").View | null} view
     * @param {import("./types.js").Text} [texts]
     * @param {boolean} [fresh] a new screen
     */
    follow(view, texts = text, fresh = true) {
      clearInterval(timer);
      text = texts;
      shown = -1;
      if (fresh) warned = false;
      root.hidden = typeof view?.left_ms !== "number";
      if (!view || typeof view.left_ms !== "number") return;
      deadline = performance.now() + view.left_ms;
      total = Math.max(1, view.total_ms ?? view.left_ms);
      tick();
      timer = setInterval(tick, TICK_MS);
    },
  };
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
