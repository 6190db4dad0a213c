import { drawing } from "./dom.js";

/**
 * A line face that shows what to do. drawings.css moves its parts; where motion is unwanted it rests in the pose that
 * is asked for. Left and right are those of a mirror, as in the picture that the person sees.
 */
const HEAD = `
  <g class="head">
    <path class="ears" d="M47 112c-11-4-15 4-12 17s10 18 17 14M153 112c11-4 15 4 12 17s-10 18-17 14"/>
    <path class="skull" d="M100 24c36 0 56 27 56 66 0 52-24 110-56 110S44 142 44 90c0-39 20-66 56-66z"/>
    <path class="hair" d="M45 86c-4-42 22-64 55-64s59 22 55 64c-8-22-20-32-33-35-20 9-52 12-77 35z"/>
    <g class="features">
      <path class="brows" d="M66 96c5-5 15-6 21-2M113 94c6-4 16-3 21 2"/>
      <g class="eyes"><ellipse class="ink" cx="77" cy="113" rx="6.5" ry="8.5"/><ellipse class="ink" cx="123" cy="113" rx="6.5" ry="8.5"/></g>
      <path class="lids" d="M67 114c5 6 15 6 20 0M113 114c5 6 15 6 20 0"/>
      <path class="nose" d="M101 116c0 10-9 19-6 24 2 3 7 3 11 1"/>
      <path class="smile" d="M82 163c10 8 26 8 36 0"/>
      <ellipse class="mouth" cx="100" cy="166" rx="15" ry="15"/>
    </g>
  </g>`;

/** Arrows and signs around the head. */
const EXTRA = {
  left: '<path class="arrow to-left" d="M26 92L6 112l20 20"/>',
  right: '<path class="arrow to-right" d="M174 92l20 20-20 20"/>',
  down: '<path class="arrow to-bottom" d="M80 210l20 20 20-20"/>',
  frame:
    '<path class="corners" d="M10 50V22a12 12 0 0 1 12-12h28M150 10h28a12 12 0 0 1 12 12v28M190 190v28a12 12 0 0 1-12 12h-28M50 230H22a12 12 0 0 1-12-12v-28"/>',
  sun: '<g class="sun" transform="translate(20 2)"><circle cx="168" cy="36" r="12"/><path d="M168 10v-4M168 66v-4M142 36h-4M198 36h-4M150 18l-3-3M189 57l-3-3M186 18l3-3M147 57l3-3"/></g>',
  scarf: '<path class="scarf" d="M46 128c34 12 74 12 108 0-2 34-24 72-54 72s-52-38-54-72z"/>',
  ring: '<circle class="calm" cx="100" cy="115" r="112"/>',
};

const SECOND = `<g class="second" transform="translate(112 74) scale(.6)">
  <path d="M100 24c36 0 56 27 56 66 0 52-24 110-56 110S44 142 44 90c0-39 20-66 56-66z"/>
  <ellipse class="ink" cx="77" cy="113" rx="7" ry="9"/><ellipse class="ink" cx="123" cy="113" rx="7" ry="9"/>
  <path d="M82 163c10 8 26 8 36 0"/></g>`;

const TICK = `<ellipse class="tick-oval" cx="100" cy="120" rx="78" ry="98" pathLength="100"/>
  <path class="tick" d="M64 122l26 28 48-60" pathLength="100"/>`;

/** @type {Record<string, string>} */
const PROMPTS = {
  "come-into-view": HEAD + EXTRA.frame,
  "one-person-only": HEAD + SECOND,
  "come-closer": HEAD + EXTRA.frame,
  "move-back": HEAD + EXTRA.frame,
  "move-to-the-middle": HEAD + EXTRA.frame,
  "more-light": HEAD + EXTRA.sun,
  "less-light": HEAD + EXTRA.sun,
  "look-straight": HEAD,
  "open-eyes": HEAD,
  "uncover-face": HEAD + EXTRA.scarf,
  "hold-still": HEAD + EXTRA.ring,
  "well-done": TICK,
  blink: HEAD,
  "open-mouth": HEAD,
  "turn-left": HEAD + EXTRA.left,
  "turn-right": HEAD + EXTRA.right,
  nod: HEAD + EXTRA.down,
};

/**
 * @param {string} prompt
 * @returns {SVGSVGElement}
 */
export function face(prompt) {
  return drawing("-14 -6 228 252", PROMPTS[prompt] ?? HEAD, `line-drawing face-drawing do-${prompt}`);
}
