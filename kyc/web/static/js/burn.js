/** Owns the picture in the browser: reading it, showing it, burning boxes into a new JPEG. */

/** @typedef {import("./mask-boxes.js").Box} Box */

const LARGEST_SIDE = 4000;
const SHOWN_SIDE = 2000;
const QUALITY = 0.92;

/**
 * The picture in a file, turned the right way up; null where this browser cannot read it.
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | null>}
 */
export async function readPicture(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/**
 * @param {ImageBitmap} picture
 * @param {number} largestSide pixels
 * @returns {{canvas: HTMLCanvasElement, scale: number}}
 */
function drawn(picture, largestSide) {
  const scale = Math.min(1, largestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  brush.fillStyle = "#ffffff"; // what shines through a PNG
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return { canvas, scale };
}

/** @param {ImageBitmap} picture @returns {HTMLCanvasElement} small enough for any screen */
export function shown(picture) {
  return drawn(picture, SHOWN_SIDE).canvas;
}

/**
 * A new JPEG without metadata, the boxes burnt into its pixels, at most 4000 px on its longest side.
 * @param {ImageBitmap} picture
 * @param {Box[]} boxes in the picture's own pixels
 * @returns {Promise<Blob>}
 */
export function burnt(picture, boxes) {
  const { canvas, scale } = drawn(picture, LARGEST_SIDE);
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  brush.fillStyle = "#000000";
  for (const { x, y, width, height } of boxes) {
    const left = Math.floor(x * scale);
    const top = Math.floor(y * scale);
    brush.fillRect(left, top, Math.ceil((x + width) * scale) - left, Math.ceil((y + height) * scale) - top);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}
