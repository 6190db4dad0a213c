/**
 * The protocol's shapes, as docs/KIOSK.md tells them, and what the page's parts give each other.
 *
 * @typedef {object} View what to show: the whole of it
 * @property {number} number
 * @property {string} screen
 * @property {string} language BCP 47 tag
 * @property {boolean} [audio]
 * @property {boolean} [mirror]
 * @property {number} [left_ms]
 * @property {number} [total_ms]
 * @property {string} [prompt]
 * @property {boolean} [operator] whether there is a service PIN
 * @property {string} [trouble]
 * @property {string} [start]
 * @property {string[]} [languages]
 * @property {string[]} [steps]
 * @property {string} [version]
 * @property {string} [partner]
 * @property {boolean} [enrol] whether the consent is about being enrolled
 * @property {string[]} [kinds]
 * @property {string} [kind]
 * @property {number} [side]
 * @property {string} [fault]
 * @property {Field[]} [fields]
 * @property {number} [gesture]
 * @property {number} [gestures]
 * @property {string} [colour]
 * @property {string} [outcome]
 * @property {string} [reason]
 * @property {boolean} [again]
 * @property {boolean} [enrolled]
 * @property {string} [url]
 * @property {number} [wait_ms]
 * @property {{name: string, state: string, text: string}[]} [doctor]
 * @property {{at: string | number, scheme: string, outcome: string, code: string | number}[]} [results]
 * @property {{state: string, waiting: number, refused: number}} [network]
 * @property {string} [device]
 * @property {boolean} [camera]
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} value
 * @property {boolean} [doubtful]
 *
 * @typedef {object} Outline
 * @property {[number, number][] | null} corners in parts of the frame
 *
 * @typedef {object} Spot
 * @property {[number, number, number, number] | null} box in parts of the frame
 * @property {number} [steady] 0 to 1
 *
 * @typedef {(id: string, values?: Record<string, string | number>) => string} Text
 *
 * @typedef {object} Kiosk what a screen may use
 * @property {Text} text the message in the language of the view
 * @property {string} language the tag of that language
 * @property {(act: string, members?: object) => void} send an input for the view that is shown
 * @property {import("./preview.js").Preview} preview
 * @property {(text: string) => void} announce to screen readers
 *
 * @typedef {object} Screen
 * @property {HTMLElement} root
 * @property {(view: View) => void} [update] takes a later view of the same screen; without it the screen is made anew
 * @property {(outline: Outline) => void} [outline]
 * @property {(spot: Spot) => void} [spot]
 * @property {() => void} [leave] lets go of timers and clears what was typed
 *
 * @typedef {(view: View, kiosk: Kiosk) => Screen} MakeScreen
 */

export {};
