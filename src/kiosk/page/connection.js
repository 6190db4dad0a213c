/** First and longest wait before the next try to connect, in ms. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 2000;
const PROTOCOL = "vouch-kiosk-v1";

/**
 * The WebSocket to the terminal. It comes back by itself.
 *
 * @param {object} on
 * @param {(message: any) => void} on.message a text message, parsed
 * @param {(frame: ArrayBuffer) => void} on.frame a binary message
 * @param {() => void} on.lost after each connection that ended or failed
 * @returns {{send: (message: object) => boolean}}
 */
export function connect(on) {
  /** @type {WebSocket | null} */
  let socket = null;
  let wait = FIRST_WAIT;

  function open() {
    const address = new URL("/kiosk", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(address, PROTOCOL);
    opened.binaryType = "arraybuffer";
    opened.addEventListener("open", () => {
      wait = FIRST_WAIT;
    });
    opened.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return on.frame(data);
      const message = parse(data);
      if (message) on.message(message);
    });
    opened.addEventListener("close", () => {
      if (socket !== opened) return;
      socket = null;
      on.lost();
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
    socket = opened;
  }

  open();
  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
  };
}

/** @param {string} data */
function parse(data) {
  try {
    const message = JSON.parse(data);
    return message && typeof message === "object" ? message : null;
  } catch {
    console.warn("a message of the terminal can't be read");
    return null;
  }
}
