import { cancelButton, heading, section } from "./parts.js";

/** At least so long between two colours, in ms: at most 2.5 flashes in a second. */
const PAUSE = 200;
const COLOUR = /^#[0-9a-f]{6}$/i;

let changed = -Infinity;

/** @type {import("../types.js").MakeScreen} */
export function light(view, kiosk) {
  const root = section("light", heading(kiosk.text("light-title"), "plate"), cancelButton(kiosk));
  /** @type {number | undefined} */
  let timer;
  let colour = "";

  /** @param {import("../types.js").View} next */
  function show(next) {
    if (!next.colour || !COLOUR.test(next.colour)) return;
    clearTimeout(timer);
    const wanted = next.colour;
    const wait = wanted === colour ? 0 : Math.max(0, changed + PAUSE - performance.now());
    timer = setTimeout(() => {
      if (wanted !== colour) changed = performance.now();
      colour = wanted;
      root.style.backgroundColor = wanted;
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (root.isConnected && colour === wanted) kiosk.send("shown");
        }),
      );
    }, wait);
  }

  show(view);
  return { root, update: show, leave: () => clearTimeout(timer) };
}
