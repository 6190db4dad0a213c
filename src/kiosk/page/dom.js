/**
 * Builds elements. Strings become text nodes, so no text is ever read as markup.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [properties] attributes; a function is a listener (`onclick`)
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") {
      made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) made.append(child);
  }
  return made;
}

/** @type {Map<string, SVGSVGElement>} */
const drawn = new Map();

/**
 * A drawing of our own, from constant markup in one of our modules. Never give it a text from outside.
 *
 * @param {string} box the view box
 * @param {string} shapes
 * @param {string} [classes]
 * @returns {SVGSVGElement}
 */
export function drawing(box, shapes, classes = "") {
  const key = `${box}|${shapes}`;
  let made = drawn.get(key);
  if (!made) {
    const markup = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" aria-hidden="true">${shapes}</svg>`;
    const parsed = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
    made = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(parsed, true)));
    drawn.set(key, made);
  }
  const copy = /** @type {SVGSVGElement} */ (made.cloneNode(true));
  if (classes) copy.setAttribute("class", classes);
  return copy;
}

/**
 * A text from outside, in a box of its own direction.
 *
 * @param {unknown} text
 * @param {string} [classes]
 */
export function foreign(text, classes = "foreign") {
  return element("bdi", { class: classes }, String(text ?? ""));
}
