import { MAKERS } from "./screens/all.js";

/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Kiosk} Kiosk */

/**
 * Holds the one screen that is in the document.
 *
 * @param {HTMLElement} place
 */
export function makeStage(place) {
  /** @type {import("./types.js").Screen | null} */
  let screen = null;
  /** @type {View | null} */
  let shown = null;

  /** @param {View} view */
  function continues(view) {
    if (!screen || shown?.screen !== view.screen || shown.language !== view.language) return false;
    return screen.update !== undefined || content(shown) === content(view);
  }

  function leave() {
    screen?.leave?.();
    for (const field of place.querySelectorAll("input")) field.value = "";
    place.replaceChildren();
    screen = null;
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const cancel = place.querySelector("[data-cancel]");
      if (cancel instanceof HTMLElement) cancel.click();
    }
    // Who just types means the one input there is.
    const free = !(event.target instanceof Element && event.target.closest("button, input"));
    if (free && event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
      place.querySelector("input")?.focus();
    }
  });

  return {
    /**
     * @param {View} view
     * @param {Kiosk} kiosk
     */
    show(view, kiosk) {
      if (continues(view)) {
        screen?.update?.(view);
        shown = view;
        return;
      }
      leave();
      kiosk.preview.stop();
      const make = MAKERS.get(view.screen);
      if (!make) return;
      document.body.dataset.screen = view.screen;
      shown = view;
      screen = make(view, kiosk);
      place.append(screen.root);
      const heading = place.querySelector("h1");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
    },
    /** @param {import("./types.js").Outline} outline */
    outline(outline) {
      screen?.outline?.(outline);
    },
    /** @param {import("./types.js").Spot} spot */
    spot(spot) {
      screen?.spot?.(spot);
    },
  };
}

/**
 * What makes one view differ from another, but for the time it has left.
 *
 * @param {View} view
 */
function content(view) {
  return JSON.stringify({ ...view, left_ms: 0 });
}
