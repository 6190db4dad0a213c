import { element } from "./dom.js";

/** Longer texts are set smaller, so that each prompt fits its place. In widths of a Latin letter. */
const MEDIUM = 18;
const LONG = 34;

/** From large to small. */
const SIZES = ["short", "medium", "long", "longest"];

/** Scripts whose letters are about as wide as high. */
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/g;
/** Marks that take no width. */
const MARKS = /\p{Mn}/gu;

/** @param {string} text */
export function size(text) {
  const marks = text.match(MARKS)?.length ?? 0;
  const wide = text.match(WIDE)?.length ?? 0;
  const width = text.length - marks + 0.8 * wide;
  return width > LONG ? "long" : width > MEDIUM ? "medium" : "short";
}

/**
 * The one thing the person is told. Screen readers hear each change.
 *
 * @param {string} text
 */
export function makePrompt(text) {
  const root = element("p", { class: "prompt", id: "prompt", "aria-live": "assertive", "aria-atomic": "true" });
  /** @param {string} next */
  function say(next) {
    if (root.textContent === next) return;
    root.textContent = next;
    root.dataset.size = size(next);
    requestAnimationFrame(fit);
  }

  /** Takes the next smaller size until the text fits its place. */
  function fit() {
    const place = root.parentElement;
    if (!place) return;
    for (const smaller of SIZES.slice(SIZES.indexOf(root.dataset.size ?? "") + 1)) {
      const high = root.offsetHeight > place.clientHeight || place.scrollHeight > place.clientHeight + 1;
      // A word too long for the line: breaking it is the last resort.
      if (!high && root.scrollWidth <= root.clientWidth) return;
      root.dataset.size = smaller;
    }
  }

  say(text);
  return { root, say };
}
