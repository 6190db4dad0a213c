/** Names of the languages, each in its own words. */
export const NAMES = new Map([
  ["en", "English"],
  ["id", "Bahasa Indonesia"],
  ["es", "Español"],
  ["ar", "العربية"],
  ["tl", "Tagalog"],
  ["ko", "한국어"],
  ["pt", "Português"],
  ["ru", "Русский"],
  ["th", "ไทย"],
  ["tr", "Türkçe"],
  ["vi", "Tiếng Việt"],
  ["km", "ខ្មែរ"],
  ["zh-Hans", "简体中文"],
  ["zh-Hant", "繁體中文"],
  ["kk", "Қазақша"],
]);

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

/** @param {string} tag */
export function direction(tag) {
  return RIGHT_TO_LEFT.has(tag.split("-")[0]) ? "rtl" : "ltr";
}
