import { element } from "../dom.js";
import { icon } from "../icons.js";
import { cancelButton, heading, section } from "./parts.js";

const SHORTEST = 4;
const LONGEST = 12;
const MINUTE = 60_000;

/** @type {import("../types.js").MakeScreen} */
export function pin(view, kiosk) {
  const { text, send } = kiosk;
  let typed = "";
  let { number } = view;
  /** @type {number | undefined} */
  let timer;
  const dots = element("p", { class: "pin-dots", role: "img" });
  const fault = element("p", { class: "fault", role: "alert" });
  const enter = padKey(icon("check"), submit, "pin-enter", text("done"));
  const digits = [..."1234567890"].map((digit) => padKey(digit, () => press(digit)));
  const erase = padKey(icon("delete"), () => set(typed.slice(0, -1)), "", text("key-delete"));
  const pad = element(
    "div",
    { class: "pad", role: "group", "aria-label": text("pin-title") },
    ...digits.slice(0, 9),
    erase,
    digits[9],
    enter,
  );

  /** @param {string} digit */
  function press(digit) {
    if (typed.length < LONGEST) set(typed + digit);
  }

  /** @param {string} next */
  function set(next) {
    typed = next;
    if (typed) fault.textContent = "";
    dots.setAttribute("aria-label", text("pin-digits", { count: typed.length }));
    dots.replaceChildren(
      ...Array.from({ length: Math.max(SHORTEST, typed.length) }, (_, at) =>
        element("span", { class: at < typed.length ? "full" : "" }),
      ),
    );
    enter.disabled = typed.length < SHORTEST || root.hasAttribute("data-locked");
  }

  function submit() {
    if (typed.length < SHORTEST || root.hasAttribute("data-locked")) return;
    const sent = typed;
    set("");
    send("pin", { pin: sent });
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (root.hasAttribute("data-locked")) return;
    const onButton = event.target instanceof Element && event.target.closest("button");
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") set(typed.slice(0, -1));
    else if (event.key === "Enter" && !onButton) submit();
  }

  /** @param {import("../types.js").View} next */
  function update(next) {
    if (next.number !== number) set("");
    number = next.number;
    clearInterval(timer);
    fault.textContent = next.fault === "wrong" ? text("pin-wrong") : "";
    lock(next.fault === "locked" ? (next.wait_ms ?? MINUTE) : 0);
  }

  /** @param {number} wait in ms */
  function lock(wait) {
    const until = performance.now() + wait;
    const tell = () => {
      const minutes = Math.ceil((until - performance.now()) / MINUTE);
      const locked = minutes > 0;
      root.toggleAttribute("data-locked", locked);
      for (const made of pad.querySelectorAll("button")) made.disabled = locked;
      if (locked) fault.textContent = text("pin-locked", { minutes });
      else clearInterval(timer);
    };
    tell();
    if (wait > 0) timer = setInterval(tell, 1000);
    enter.disabled = wait > 0 || typed.length < SHORTEST;
  }

  const root = section(
    "pin",
    heading(text("pin-title")),
    element("div", { class: "pin-shown" }, dots, fault),
    pad,
    element("div", { class: "actions" }, cancelButton(kiosk)),
  );
  root.addEventListener("keydown", pressed);
  // A touched key must not take the focus: the enter key of a real keyboard would press it again.
  pad.addEventListener("pointerdown", (event) => event.preventDefault());
  set("");
  update(view);
  return {
    root,
    update,
    leave() {
      clearInterval(timer);
      typed = "";
    },
  };
}

/**
 * @param {string | Node} shown
 * @param {() => void} press
 * @param {string} [classes]
 * @param {string} [label]
 */
function padKey(shown, press, classes = "", label = undefined) {
  return element("button", { type: "button", class: `key ${classes}`, "aria-label": label, onclick: press }, shown);
}
