// Looks over the screen that is shown and returns its faults, one text each. tests/pages/screens.py runs it in the
// page. `wanted`: {tag, rtl, ids, values, key}; `values` are the language's plain messages, `key` the smallest key.
(wanted) => {
  const faults = [];
  const [wide, high] = [innerWidth, innerHeight];
  const SCROLLERS = ".scroller, .panels, .results";
  // Boxes are placed in parts of a pixel.
  const SLACK = 1.5;
  const screen = document.querySelector("#screen > .screen");
  if (!screen) return ["no screen is shown"];

  const name = (made) => {
    const classes = [...made.classList].join(".");
    const said = (made.textContent ?? "").trim().slice(0, 24);
    return `${made.localName}${classes ? `.${classes}` : ""}${said ? ` "${said}"` : ""}`;
  };
  const seen = (made) => made.checkVisibility({ opacityProperty: false, visibilityProperty: true });
  // Only for the ear: clipped away.
  const heard = (made) => Boolean(made.closest(".unseen")) || getComputedStyle(made).clipPath === "inset(50%)";
  // Its own words, without those of the elements in it.
  const words = (made) => [...made.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
  const all = [...document.querySelectorAll("body *")].filter((made) => seen(made) && !heard(made));
  const boxes = all.filter((made) => !(made instanceof SVGElement) || made.localName === "svg");

  // Within the viewport, and nothing scrolls but what is made for it.
  for (const made of boxes) {
    if (made.parentElement?.closest(SCROLLERS) || made.parentElement?.closest(".oval-window")) continue;
    const box = made.getBoundingClientRect();
    const over = [-box.left, box.right - wide, -box.top, box.bottom - high];
    const most = Math.max(...over);
    if (box.width && box.height && most > SLACK) {
      const side = ["left of", "right of", "above", "below"][over.indexOf(most)];
      faults.push(`${name(made)} is ${most.toFixed(0)} px ${side} the viewport`);
    }
  }
  for (const made of document.querySelectorAll(".scroller, .panels, html, body, main")) {
    if (made.scrollWidth > made.clientWidth + SLACK) faults.push(`${name(made).split(" ")[0]} scrolls sideways`);
  }

  // No text is cut, and none sticks out of the boxes around it.
  const texts = boxes.filter((made) => words(made) && !made.closest("svg"));
  const block = (made) => (getComputedStyle(made).display === "inline" ? block(made.parentElement) : made);
  const pressed = boxes.filter((made) => made.matches("button, input"));
  const leaves = [...new Set([...texts.map((made) => made.closest("button") ?? block(made)), ...pressed])];
  for (const made of boxes) {
    if (!made.matches("button, h1, h2, p, label, dt, dd, li, span, bdi") || !made.clientWidth) continue;
    const whole = made.matches("h1, h2, p, label, button, .line-text, .step-text");
    if (whole && made.scrollWidth > made.clientWidth + SLACK) {
      faults.push(`${name(made)} is cut: ${made.scrollWidth} px of text in ${made.clientWidth} px`);
    }
    if (made.matches("button") && made.scrollHeight > made.clientHeight + SLACK) {
      faults.push(`${name(made)} is cut: ${made.scrollHeight} px of text in ${made.clientHeight} px height`);
    }
  }
  // No word is broken, in scripts that put spaces between words.
  for (const made of texts.filter((each) => each.closest("button, h1, h2, p, label") && !each.closest(".foreign"))) {
    for (const node of made.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      for (const word of node.data.matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}\p{M}]{2,}/gu)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top / 8)));
        if (lines.size > 1) faults.push(`${name(made)} breaks the word "${word[0]}"`);
      }
    }
  }

  for (const made of leaves) {
    const box = made.getBoundingClientRect();
    for (let around = made.parentElement; around && around !== document.body; around = around.parentElement) {
      if (around.matches(SCROLLERS)) break;
      if (getComputedStyle(around).position === "fixed") break;
      const outer = around.getBoundingClientRect();
      if (getComputedStyle(around).display === "contents" || getComputedStyle(around).display === "inline") continue;
      const out = Math.max(outer.top - box.top, box.bottom - outer.bottom);
      if (out > SLACK + 1) {
        faults.push(`${name(made)} sticks ${out.toFixed(0)} px out of ${name(around).split(" ")[0]}`);
        break;
      }
    }
  }

  // Nothing lies on something else. What a scroller hides is cut off first.
  const visible = (made) => {
    const box = made.getBoundingClientRect();
    let [top, bottom, left, right] = [box.top, box.bottom, box.left, box.right];
    const outwards = (from) => from.parentElement?.closest(SCROLLERS);
    for (let around = outwards(made); around; around = outwards(around)) {
      const outer = around.getBoundingClientRect();
      [top, bottom] = [Math.max(top, outer.top), Math.min(bottom, outer.bottom)];
      [left, right] = [Math.max(left, outer.left), Math.min(right, outer.right)];
    }
    return { made, top, bottom, left, right };
  };
  const PICTURES = ".oval, .table, .gesture-picture svg, .sign, .breathing, .picture, .countdown-dial, .pin-dots";
  const placed = [...leaves, ...boxes.filter((made) => made.matches(PICTURES))]
    .filter((made) => made.matches(".countdown-dial") || !made.closest(".countdown-dial"))
    .map(visible).filter((box) => box.bottom > box.top && box.right > box.left);
  placed.forEach((one, at) => {
    for (const other of placed.slice(at + 1)) {
      if (one.made.contains(other.made) || other.made.contains(one.made)) continue;
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      if (down <= 2 || across <= 2) continue;
      const much = `${across.toFixed(0)}x${down.toFixed(0)} px`;
      faults.push(`${name(one.made)} and ${name(other.made)} overlap by ${much}`);
    }
  });
  for (const made of document.querySelectorAll(".scroller, .panels")) {
    if (made.scrollHeight > made.clientHeight + SLACK && made.clientHeight < 120) {
      faults.push(`${name(made).split(" ")[0]} leaves only ${made.clientHeight} px to scroll in`);
    }
  }

  // Touch.
  for (const made of document.querySelectorAll("button")) {
    if (!seen(made)) continue;
    const box = made.getBoundingClientRect();
    const least = made.closest(".keyboard") ? wanted.key : 64;
    // A pressed button shrinks, a rounded one loses a fraction.
    if (Math.min(box.width, box.height) < least - 0.5) {
      faults.push(`${name(made)} is ${box.width.toFixed(0)}x${box.height.toFixed(0)} px: a finger needs ${least}`);
    }
  }

  // Texts: of this language, none missing, none raw.
  const root = document.documentElement;
  if (root.lang !== wanted.tag) faults.push(`lang is ${root.lang}`);
  const directions = [root.dir, getComputedStyle(screen).direction];
  if (directions.some((each) => each !== (wanted.rtl ? "rtl" : "ltr"))) faults.push(`dir is ${directions}`);
  const headings = [...screen.querySelectorAll("h1")];
  if (headings.length !== 1) faults.push(`${headings.length} headings`);
  const values = new Set(wanted.values);
  for (const made of headings) {
    const said = made.textContent.trim();
    if (!values.has(said)) faults.push(`the heading "${said}" is no message of ${wanted.tag}`);
  }
  const ids = new Set(wanted.ids);
  for (const made of all) {
    const label = made.getAttribute("aria-label");
    if (label === "" || ids.has(label)) faults.push(`${name(made)} has the label "${label}"`);
    if (made.closest(".foreign, input") || made instanceof SVGElement) continue;
    const said = made.children.length ? "" : (made.textContent ?? "").trim();
    if (ids.has(said) && !values.has(said)) faults.push(`${name(made)} shows a message's name`);
    if (/\{\s*[$"]|\$\w|undefined|\[object|NaN/.test(said)) {
      faults.push(`${name(made)} shows what is meant for programs`);
    }
    const filled = made.matches("h1, h2, .prompt, .lead, dt, label, .step-text, button");
    if (filled && !made.textContent.trim() && !label && !wanted.hostile) faults.push(`${name(made)} is empty`);
  }

  // Texts from outside stay texts, in a direction of their own.
  const LIVING = "img, script, iframe, object, embed, a, form, style, link, video";
  for (const made of document.body.querySelectorAll(LIVING)) faults.push(`${name(made)} came out of a text`);
  for (const made of document.body.querySelectorAll("*")) {
    for (const { name: attribute } of made.attributes) {
      if (/^on/.test(attribute)) faults.push(`${name(made)} has the attribute ${attribute}`);
    }
  }
  if (window.hacked !== undefined) faults.push("a text from outside ran as a script");
  for (const made of document.querySelectorAll(".foreign")) {
    if (!getComputedStyle(made).unicodeBidi.includes("isolate")) faults.push(`${name(made)} is not isolated`);
  }
  for (const made of all) {
    if (/[\u202a-\u202e]/.test(words(made)) && !made.closest(".foreign, button[lang]")) {
      faults.push(`${name(made)} turns the text around it`);
    }
  }

  // Rest, where motion is unwanted.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    const moving = document.getAnimations().filter((each) => each.playState === "running");
    for (const each of moving) faults.push(`${name(each.effect.target)} moves`);
  }
  faults.push(...(window.policyReports ?? []).splice(0).map((each) => `content policy: ${each}`));
  return [...new Set(faults)];
}
