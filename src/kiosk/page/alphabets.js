/**
 * The letters of the on-screen keyboard: in rows as on a desk's keyboard, and in the alphabet's order for screens too
 * narrow for that.
 *
 * @typedef {{rows: string[], order: string, sign: string}} Alphabet
 */

/** @type {Record<string, Alphabet>} */
export const ALPHABETS = {
  latin: { rows: ["qwertyuiop", "asdfghjkl", "zxcvbnm'"], order: "abcdefghijklmnopqrstuvwxyz'", sign: "ABC" },
  cyrillic: {
    rows: ["әіңғүұқөһ", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё"],
    order: "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    sign: "АБВ",
  },
  digits: { rows: ["1234567890", "/.,"], order: "123456789.0/", sign: "123" },
};

/** Letters of a language that the plain Latin alphabet lacks. */
const FURTHER = new Map([
  ["es", "áéíóúüñ"],
  ["pt", "áâãàçéêíóôõú"],
  ["tr", "çğıöşü"],
  ["vi", "ăâđêôơư"],
]);

/**
 * @param {string} name
 * @param {string} language
 * @returns {Alphabet}
 */
export function alphabet(name, language) {
  const plain = ALPHABETS[name];
  const further = name === "latin" ? FURTHER.get(language.split("-")[0]) : undefined;
  if (!further) return plain;
  return { ...plain, rows: [further, ...plain.rows], order: plain.order.replace("'", `${further}'`) };
}

/**
 * The alphabet to begin with: that of the text, else the language's.
 *
 * @param {string} text
 * @param {string} language
 */
export function alphabetFor(text, language) {
  if (/\p{Script=Cyrillic}/u.test(text)) return "cyrillic";
  if (/\p{Script=Latin}/u.test(text)) return "latin";
  return ["ru", "kk"].includes(language.split("-")[0]) ? "cyrillic" : "latin";
}
