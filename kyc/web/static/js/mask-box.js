/** Owns one black box on the stage: its element, its place, its words. */

import { textOf } from "./page.js";

/** @typedef {import("./mask-boxes.js").Box} Box */
/** @typedef {{width: number, height: number}} Size of the picture, pixels */

/** @param {number} index @returns {HTMLElement} */
export function newBox(index) {
  const box = document.createElement("div");
  box.className = "mask-box";
  box.tabIndex = 0;
  box.setAttribute("role", "application"); // so that a screen reader hands the arrow keys over
  box.dataset.box = String(index);
  const handle = document.createElement("span");
  handle.className = "mask-handle";
  handle.dataset.handle = "";
  box.append(handle);
  return box;
}

/** @param {HTMLElement} element @param {Box} box @param {Size} picture */
export function placeBox({ style }, box, picture) {
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(part / whole) * 100}%`;
  style.left = share(box.x, picture.width);
  style.top = share(box.y, picture.height);
  style.width = share(box.width, picture.width);
  style.height = share(box.height, picture.height);
}

/** @param {HTMLElement} root @param {Box} box @param {Size} picture @param {number} index @returns {string} */
export function labelOf(root, box, picture, index) {
  const rounded = (/** @type {number} */ part, /** @type {number} */ whole) => `${Math.round((part / whole) * 100)} %`;
  return textOf(root, "box", {
    n: index + 1,
    left: rounded(box.x, picture.width),
    top: rounded(box.y, picture.height),
    width: rounded(box.width, picture.width),
    height: rounded(box.height, picture.height),
  });
}
