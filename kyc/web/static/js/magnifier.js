/** Owns the magnifier: while Space is held, a lens follows the pointer. */

import { keysAllowed } from "./keys.js";

/** @typedef {import("./viewer.js").Viewer} Viewer */

const TIMES = 2.5;
const PRESSED_BY_SPACE = "button, a, summary, input, label";

export class Magnifier {
  /** @param {() => Viewer | null} current the viewer under the pointer */
  constructor(current) {
    this.current = current;
    this.lens = document.createElement("canvas");
    this.lens.className = "magnifier";
    this.lens.setAttribute("aria-hidden", "true");
    this.held = false;
    document.addEventListener("keydown", (event) => this.down(event));
    document.addEventListener("keyup", (event) => event.key === " " && this.up());
    window.addEventListener("blur", () => this.up());
    document.addEventListener("pointermove", () => this.held && this.draw());
  }

  /** @param {KeyboardEvent} event */
  down(event) {
    if (event.key !== " " || !keysAllowed(event)) return;
    if (event.target instanceof Element && event.target.matches(PRESSED_BY_SPACE)) return;
    event.preventDefault();
    this.held = true;
    this.draw();
  }

  up() {
    this.held = false;
    this.lens.remove();
  }

  draw() {
    const viewer = this.current();
    if (!viewer || !viewer.ready) return;
    if (this.lens.parentElement !== viewer.stage) viewer.stage.append(this.lens);
    const { width, height } = this.lens.getBoundingClientRect();
    const density = window.devicePixelRatio || 1;
    this.lens.width = width * density;
    this.lens.height = height * density;
    const { x, y } = viewer.pointer;
    this.lens.style.transform = `translate(${x - width / 2}px, ${y - height / 2}px)`;
    this.lens.style.filter = viewer.image.style.filter;
    const brush = /** @type {CanvasRenderingContext2D} */ (this.lens.getContext("2d"));
    const seen = new DOMMatrix()
      .scale(density)
      .translate(width / 2, height / 2)
      .scale(TIMES)
      .translate(-x, -y)
      .multiply(viewer.matrix());
    brush.setTransform(seen);
    brush.imageSmoothingQuality = "high";
    // The picture that is there already: a second request would be a second look on record.
    brush.drawImage(viewer.image, 0, 0, viewer.picture.width, viewer.picture.height);
  }
}
