import { drawing, element } from "./dom.js";

/** The ring around the picture, from the top, clockwise. */
const ROUND = "M150 10A140 190 0 0 1 150 390A140 190 0 0 1 150 10";
/** Length of one gesture's part of the ring, and of the gap after it. */
const PART = 100;
const GAP = 7;

/**
 * The live picture in an oval, with a ring: one part for each gesture.
 *
 * @param {string} label
 * @param {boolean} mirrored
 */
export function makeOval(label, mirrored) {
  const canvas = element("canvas", {
    class: mirrored ? "mirrored" : "",
    role: "img",
    "aria-label": label,
    width: 0,
    height: 0,
  });
  const ring = drawing("0 0 300 400", "", "oval-ring");
  const root = element(
    "div",
    { class: "oval-place" },
    element("div", { class: "oval" }, element("div", { class: "oval-window" }, canvas), ring),
  );
  let parts = 0;
  let current = 0;

  /** @param {number} count */
  function divide(count) {
    parts = count;
    const shapes = [];
    for (const kind of ["rest", "full"]) {
      for (let part = 0; part < count; part += 1) {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("d", ROUND);
        path.setAttribute("class", `ring-${kind}`);
        path.setAttribute("pathLength", String(count * PART));
        path.style.strokeDashoffset = String(-part * PART - (count > 1 ? GAP / 2 : 0));
        shapes.push(path);
        fill(path, kind === "rest" ? 1 : 0);
      }
    }
    ring.replaceChildren(...shapes);
  }

  /**
   * @param {SVGPathElement} path
   * @param {number} share 0 to 1
   */
  function fill(path, share) {
    const whole = parts > 1 ? PART - GAP : PART;
    path.style.strokeDasharray = `${(whole * share).toFixed(2)} ${parts * PART}`;
    path.toggleAttribute("data-empty", share === 0);
  }

  /** @param {number} part */
  function full(part) {
    return /** @type {SVGPathElement | undefined} */ (ring.querySelectorAll(".ring-full")[part]);
  }

  return {
    root,
    canvas,
    /**
     * @param {number} done gestures that are over
     * @param {number} count
     * @param {boolean} praised the present one went well
     */
    progress(done, count, praised) {
      if (parts !== Math.max(1, count)) divide(Math.max(1, count));
      current = done;
      for (let part = 0; part < parts; part += 1) {
        const path = full(part);
        if (path) fill(path, part < done || (praised && part === done) ? 1 : 0);
      }
      root.toggleAttribute("data-praised", praised);
    },
    /** @param {import("./types.js").Spot} spot */
    spot(spot) {
      root.toggleAttribute("data-found", Boolean(spot.box));
      const path = full(Math.min(current, parts - 1));
      if (path && spot.steady !== undefined && !root.hasAttribute("data-praised") && current < parts) {
        fill(path, Math.min(1, Math.max(0, spot.steady)));
      }
    },
  };
}
