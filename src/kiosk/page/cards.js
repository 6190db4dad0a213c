import { drawing } from "./dom.js";

/** Drawings of documents: a card's two sides and a passport, and what to do with them. */
const PHOTO =
  '<rect class="photo" x="26" y="62" width="58" height="72" rx="6"/><circle class="person" cx="55" cy="88" r="11"/><path class="person" d="M35 126c2-15 10-21 20-21s18 6 20 21"/>';
const ID_CARD = `<rect class="sheet" x="8" y="22" width="224" height="140" rx="14"/>
  <path class="strong" d="M26 44h86"/>${PHOTO}<path class="print" d="M104 72h100M104 94h76M104 116h100M104 138h52"/>`;
const PERMIT = `<rect class="sheet" x="8" y="22" width="224" height="140" rx="14"/>
  <path class="strong" d="M26 44h130"/>${PHOTO}<path class="print" d="M104 72h64M104 94h64M104 116h92M104 138h92"/>
  <rect class="chip" x="184" y="66" width="26" height="22" rx="5"/>`;
const BACK = `<rect class="sheet" x="8" y="22" width="224" height="140" rx="14"/>
  <path class="print" d="M26 46h120M26 66h92"/><rect class="chip" x="176" y="40" width="34" height="28" rx="5"/>
  <path class="zone" d="M26 104h188M26 122h188M26 140h188"/>`;
const PASSPORT = `<rect class="sheet" x="20" y="-32" width="200" height="112" rx="10"/>
  <path class="print" d="M44 -8h152M44 12h120M44 32h140M44 52h70"/>
  <path class="sheet" d="M20 80h200v112a10 10 0 0 1-10 10H30a10 10 0 0 1-10-10z"/>
  <rect class="photo" x="36" y="94" width="48" height="58" rx="5"/><circle class="person" cx="60" cy="115" r="9"/>
  <path class="person" d="M44 146c2-12 8-17 16-17s14 5 16 17"/>
  <path class="print" d="M98 102h104M98 120h78M98 138h96"/><path class="zone" d="M36 168h168M36 184h168"/>`;

const BOX = "-8 -40 256 250";

/** @type {Record<string, string>} */
const KINDS = { "id-card": ID_CARD, "residence-permit": PERMIT, passport: PASSPORT };

/**
 * @param {string | undefined} kind
 * @param {number} [side] 0 or 1
 */
function sheet(kind, side = 0) {
  if (kind === "passport") return PASSPORT;
  return side === 1 ? BACK : (KINDS[kind ?? ""] ?? ID_CARD);
}

/**
 * @param {string} kind
 */
export function card(kind) {
  const box = kind === "passport" ? "-8 -40 256 250" : "-8 -30 256 244";
  return drawing(box, sheet(kind), "line-drawing card-drawing");
}

const SUN =
  '<g class="sun"><circle cx="214" cy="-8" r="12"/><path d="M214 -32v-4M214 24v-4M190 -8h-4M244 -8h-4M198 -24l-3-3M230 8l3 3M230 -24l3-3"/></g>';
const CORNERS =
  '<path class="corners" d="M-2 40V10a12 12 0 0 1 12-12h30M200 -2h30a12 12 0 0 1 12 12v30M242 146v30a12 12 0 0 1-12 12h-30M40 188H10a12 12 0 0 1-12-12v-30"/>';
const CROSS = '<path class="cross" d="M92 64l56 56M148 64l-56 56"/>';
const SHINE = '<path class="shine" d="M92 22h44L92 162H48z"/>';
const COPY = '<path class="sheet copy" d="M46 -34h110l38 38v190H46z"/><path class="print" d="M156 -34v38h38"/>';
const TICK = '<path class="tick" d="M76 94l30 32 58-70" pathLength="100"/>';

/**
 * The document as the prompt wants it.
 *
 * @param {string} prompt
 * @param {string | undefined} kind
 * @param {number} [side]
 */
export function cardPrompt(prompt, kind, side = 0) {
  const body = `<g class="document">${sheet(kind, side)}</g>`;
  return drawing(BOX, shapes(prompt, kind, body), `line-drawing card-drawing do-${prompt}`);
}

/**
 * @param {string} prompt
 * @param {string | undefined} kind
 * @param {string} body
 */
function shapes(prompt, kind, body) {
  switch (prompt) {
    case "turn-over":
      return `<g class="document"><g class="front">${sheet(kind, 0)}</g><g class="back">${BACK}</g></g>`;
    case "document-closer":
    case "show-whole-document":
    case "show-document":
      return body + CORNERS;
    case "more-light-on-document":
      return body + SUN;
    case "tilt-against-glare":
      return `<g class="document">${sheet(kind)}${SHINE}</g>`;
    case "one-document-only":
      return `<g class="second" transform="translate(40 34)">${sheet(kind)}</g>${body}`;
    case "not-a-document":
      return body + CROSS;
    case "show-the-original":
      return `${COPY}<g class="document" transform="translate(48 62) scale(.6)">${sheet(kind)}</g>`;
    case "well-done":
      return body + TICK;
    default:
      return body;
  }
}
