/** Bytes before the JPEG: the frame's number and its time of capture. */
const HEADER = 16;
/** So many latencies are kept for the tests. */
const KEPT = 300;

/** Numbers for the tests: nothing of the picture. */
const counters = { frames: 0, latencies: /** @type {number[]} */ ([]) };
Object.defineProperty(window, "vouchPreview", { value: counters });

/**
 * @typedef {object} Preview
 * @property {(frame: ArrayBuffer) => void} take
 * @property {(canvas: HTMLCanvasElement, sized?: (width: number, height: number) => void) => void} show
 * @property {() => void} stop
 */

/**
 * Draws the terminal's frames. The newest wins, one is decoded at a time, and none is kept.
 *
 * @returns {Preview}
 */
export function makePreview() {
  /** @type {HTMLCanvasElement | null} */
  let canvas = null;
  /** @type {((width: number, height: number) => void) | undefined} */
  let sized;
  /** @type {ArrayBuffer | null} */
  let waiting = null;
  /** @type {{bitmap: ImageBitmap, captured: number} | null} */
  let ready = null;
  let decoding = false;

  async function decode() {
    if (decoding) return;
    decoding = true;
    while (waiting && canvas) {
      const frame = waiting;
      waiting = null;
      const captured = Number(new DataView(frame).getBigUint64(8, true)) / 1000;
      try {
        const picture = new Blob([new Uint8Array(frame, HEADER)], { type: "image/jpeg" });
        offer({ bitmap: await createImageBitmap(picture), captured });
      } catch {
        console.warn("a frame can't be decoded");
      }
    }
    decoding = false;
  }

  /** @param {{bitmap: ImageBitmap, captured: number}} next */
  function offer(next) {
    if (!canvas) return next.bitmap.close();
    if (ready) ready.bitmap.close();
    else requestAnimationFrame(draw);
    ready = next;
  }

  function draw() {
    if (!ready) return;
    const { bitmap, captured } = ready;
    ready = null;
    if (canvas) {
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
        sized?.(bitmap.width, bitmap.height);
      }
      canvas.getContext("2d", { alpha: false })?.drawImage(bitmap, 0, 0);
      canvas.dataset.live = "";
      counters.frames += 1;
      counters.latencies.push(Date.now() - captured);
      if (counters.latencies.length > KEPT) counters.latencies.shift();
    }
    bitmap.close();
  }

  return {
    take(frame) {
      if (!canvas || frame.byteLength <= HEADER) return;
      waiting = frame;
      decode();
    },
    show(onto, whenSized) {
      canvas = onto;
      sized = whenSized;
    },
    stop() {
      if (canvas) canvas.width = canvas.height = 0;
      canvas = null;
      sized = undefined;
      waiting = null;
      ready?.bitmap.close();
      ready = null;
    },
  };
}
