import { drawing } from "./dom.js";

const LINE = 'fill="none" stroke="currentColor" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"';

/** Line icons on a grid of 32. */
const SHAPES = {
  globe:
    '<circle cx="16" cy="16" r="12"/><path d="M4 16h24M16 4c-4.6 3.4-6.6 7.4-6.6 12s2 8.6 6.6 12c4.6-3.4 6.6-7.4 6.6-12s-2-8.6-6.6-12z"/>',
  close: '<path d="M8 8l16 16M24 8L8 24"/>',
  check: '<path d="M6 17l7 7L26 9"/>',
  again: '<path d="M26 16a10 10 0 1 1-3-7.2"/><path d="M26 4v6h-6"/>',
  pen: '<path d="M6 26l1.5-6L21 6.5l4.5 4.5L12 24.5z"/><path d="M18 9.5l4.5 4.5"/>',
  warning: '<path d="M16 5L29 27H3z"/><path d="M16 13v6M16 23v.1"/>',
  delete: '<path d="M11 7h15a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H11l-8-9z"/><path d="M15 12.5l7 7M22 12.5l-7 7"/>',
  shift: '<path d="M16 5L5 16h6v10h10V16h6z"/>',
  space: '<path d="M5 14v7h22v-7"/>',
  service:
    '<path d="M20 5a7 7 0 0 0-6.6 9.2L5 22.6 9.4 27l8.4-8.4A7 7 0 0 0 26.5 10l-4.3 4.3-4.4-4.4L22.1 5.5A7 7 0 0 0 20 5z"/>',
  camera: '<path d="M4 10h5l2.5-4h9L23 10h5v16H4z"/><circle cx="16" cy="17.5" r="5"/>',
  power: '<path d="M16 4v11"/><path d="M22.5 8.5a10 10 0 1 1-13 0"/>',
  network: '<circle cx="16" cy="25" r="1.5"/><path d="M10.5 19.5a8 8 0 0 1 11 0M5.5 14a15 15 0 0 1 21 0"/>',
  clock: '<circle cx="16" cy="16" r="12"/><path d="M16 9v7l5 3"/>',
  card: '<rect x="3" y="7" width="26" height="18" rx="3"/><circle cx="11" cy="14.5" r="2.8"/><path d="M6.8 21c.8-2.4 2.3-3.5 4.2-3.5s3.4 1.1 4.2 3.5M19.5 13.5h5.5M19.5 18.5h5.5"/>',
  keyboard:
    '<rect x="3" y="8" width="26" height="16" rx="3"/><path d="M8 13.2v.1M13.3 13.2v.1M18.7 13.2v.1M24 13.2v.1M10 19h12"/>',
  face: '<ellipse cx="16" cy="16" rx="9.5" ry="12"/><path d="M12.5 13v1.2M19.5 13v1.2M12.5 20.5c2 1.8 5 1.8 7 0"/>',
};

/**
 * @param {keyof typeof SHAPES} name
 * @param {string} [classes]
 */
export function icon(name, classes = "") {
  return drawing("0 0 32 32", `<g ${LINE}>${SHAPES[name]}</g>`, `icon ${classes}`);
}

/** The mark: a V that is a tick. */
export function mark() {
  const tick = 'fill="none" stroke="var(--on-accent)" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"';
  return drawing(
    "0 0 48 48",
    `<rect width="48" height="48" rx="14" fill="var(--accent)"/><path d="M12 23 L21 35 L36 12" ${tick}/>`,
    "mark",
  );
}
