import { FluentBundle, FluentResource } from "/assets/fluent/index.js";

/** The language whose messages stand in for missing ones. */
const FALLBACK = "en";

/** @type {Map<string, FluentBundle>} */
const bundles = new Map();

/**
 * Fetches the messages of a language, once. A language that can't be had now is asked for again later.
 *
 * @param {string} tag
 */
export async function load(tag) {
  await Promise.all([fetchBundle(FALLBACK), fetchBundle(tag)]);
}

/** @param {string} tag */
export function loaded(tag) {
  return bundles.has(tag) && bundles.has(FALLBACK);
}

/**
 * @param {string} tag
 * @returns {import("./types.js").Text}
 */
export function texts(tag) {
  return (id, values) => {
    for (const language of [tag, FALLBACK]) {
      const bundle = bundles.get(language);
      const message = bundle?.getMessage(id);
      if (bundle && message?.value) return bundle.formatPattern(message.value, values, []);
    }
    return "";
  };
}

/** @param {string} tag */
async function fetchBundle(tag) {
  if (bundles.has(tag)) return;
  try {
    const answer = await fetch(`/languages/${encodeURIComponent(tag)}.ftl`);
    if (!answer.ok) return;
    const bundle = new FluentBundle(tag);
    bundle.addResource(new FluentResource(await answer.text()));
    bundles.set(tag, bundle);
  } catch (error) {
    console.warn(`messages of ${tag} can't be had`, error);
  }
}
