import { confirm } from "./confirm.js";
import { consent } from "./consent.js";
import { document } from "./document.js";
import { documents, guide, language } from "./choices.js";
import { face } from "./face.js";
import { idle } from "./idle.js";
import { light } from "./light.js";
import { operator } from "./operator.js";
import { pin } from "./pin.js";
import { error, redirect, result } from "./endings.js";
import { offline, starting, wait } from "./waiting.js";
import { enrolee, typing } from "./typing.js";

/** @type {Map<string, import("../types.js").MakeScreen>} */
export const MAKERS = new Map(
  Object.entries({
    starting,
    idle,
    language,
    guide,
    consent,
    documents,
    typing,
    enrolee,
    document,
    confirm,
    wait,
    face,
    light,
    result,
    redirect,
    error,
    pin,
    operator,
    offline,
  }),
);
