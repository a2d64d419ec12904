/** Owns the mask editor: drawing, moving and removing black boxes by pointer, touch and keyboard. */

import { readGestures } from "./gestures.js";
import { labelOf, newBox, placeBox } from "./mask-box.js";
import { MaskBoxes } from "./mask-boxes.js";
import { textOf } from "./page.js";

/** @typedef {import("./mask-boxes.js").Box} Box */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LARGEST_ZOOM = 6;
const LEAST_DRAG_CSS_PX = 6;

export class MaskEditor extends EventTarget {
  /** @param {HTMLElement} root an element made by components/mask_editor.html */
  constructor(root) {
    super();
    this.root = root;
    this.stage = this.part("stage");
    this.scroll = this.part("scroll");
    this.zoom = 1;
    /** @type {number | null} index of the box that tools act on */
    this.chosen = null;
    this.boxes = new MaskBoxes(Number(root.dataset.width), Number(root.dataset.height));
    this.listen();
    this.render();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-mask-${name}]`));
  }

  /** Puts a picture on the stage and forgets the boxes. @param {HTMLElement} picture @param {number} width @param {number} height */
  show(picture, width, height) {
    this.stage.replaceChildren(picture);
    this.boxes = new MaskBoxes(width, height);
    this.chosen = null;
    this.setZoom(1);
    this.render();
  }

  /** @returns {Box[]} in whole image pixels */
  get value() {
    return this.boxes.whole();
  }

  listen() {
    this.part("add").addEventListener("click", () => this.addInView());
    this.part("remove").addEventListener("click", () => this.removeChosen());
    this.part("undo").addEventListener("click", () => this.undo());
    this.part("grow").addEventListener("click", () => this.scaleChosen(1.25));
    this.part("shrink").addEventListener("click", () => this.scaleChosen(0.8));
    this.part("larger").addEventListener("click", () => this.setZoom(this.zoom * 1.5));
    this.part("smaller").addEventListener("click", () => this.setZoom(this.zoom / 1.5));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("focusin", (event) => this.choose(this.indexOf(event.target)));
    readGestures(this.stage, {
      start: (event) => this.startDrag(event),
      drag: (event, dx, dy) => this.drag(event, dx, dy),
      end: () => this.endDrag(),
      cancel: () => this.cancelDrag(),
      pinch: (factor, x, y, dx, dy) => this.pinch(factor, x, y, dx, dy),
    });
  }

  /** @returns {number} image pixels per CSS pixel */
  get pixelRatio() {
    return this.boxes.width / (this.stage.getBoundingClientRect().width || 1);
  }

  /** @param {number} clientX @param {number} clientY */
  imagePoint(clientX, clientY) {
    const frame = this.stage.getBoundingClientRect();
    return { x: (clientX - frame.left) * this.pixelRatio, y: (clientY - frame.top) * this.pixelRatio };
  }

  /** @param {EventTarget | null} target */
  indexOf(target) {
    const element = target instanceof Element ? target.closest("[data-box]") : null;
    return element ? Number(element.getAttribute("data-box")) : null;
  }

  /** @param {PointerEvent} event */
  startDrag(event) {
    if (!this.boxes.width) return false;
    event.preventDefault(); // or the browser starts to drag the picture
    this.boxes.remember();
    const index = this.indexOf(event.target);
    this.formerlyChosen = this.chosen;
    const onHandle = event.target instanceof Element && event.target.matches("[data-handle]");
    this.action = index === null ? "draw" : onHandle ? "resize" : "move";
    this.origin = this.imagePoint(event.clientX, event.clientY);
    this.choose(index ?? this.boxes.add({ ...this.origin, width: 0, height: 0 }));
    this.render();
    return true;
  }

  /** @param {PointerEvent} event @param {number} dx @param {number} dy CSS pixels */
  drag(event, dx, dy) {
    if (this.chosen === null) return;
    const ratio = this.pixelRatio;
    if (this.action === "move") this.boxes.move(this.chosen, dx * ratio, dy * ratio);
    if (this.action === "resize") this.boxes.resize(this.chosen, dx * ratio, dy * ratio);
    if (this.action === "draw") this.stretch(this.imagePoint(event.clientX, event.clientY));
    this.render();
  }

  /** @param {{x: number, y: number}} point where the pointer is now, image pixels */
  stretch({ x, y }) {
    const from = /** @type {{x: number, y: number}} */ (this.origin);
    this.boxes.list[/** @type {number} */ (this.chosen)] = this.boxes.inside({
      x: Math.min(from.x, x),
      y: Math.min(from.y, y),
      width: Math.abs(x - from.x),
      height: Math.abs(y - from.y),
    });
  }

  endDrag() {
    const box = this.chosen === null ? null : this.boxes.list[this.chosen];
    const least = LEAST_DRAG_CSS_PX * this.pixelRatio;
    if (this.action === "draw" && box && box.width < least && box.height < least) this.tapped(box);
    this.changed();
    this.focusChosen();
  }

  /** A tap instead of a drag brings the chosen box there; nobody needs to drag. @param {Box} point */
  tapped({ x, y }) {
    this.boxes.undo();
    this.choose(this.formerlyChosen ?? null);
    if (this.chosen === null) return;
    this.boxes.remember();
    this.boxes.moveTo(this.chosen, x, y);
  }

  /** @param {number} factor */
  scaleChosen(factor) {
    if (this.chosen === null) return;
    this.boxes.remember();
    this.boxes.scale(this.chosen, factor);
    this.changed();
  }

  cancelDrag() {
    this.boxes.undo();
    this.choose(null);
    this.changed();
  }

  /** @param {number} factor @param {number} x @param {number} y @param {number} dx @param {number} dy */
  pinch(factor, x, y, dx, dy) {
    const frame = this.scroll.getBoundingClientRect();
    this.setZoom(this.zoom * factor, x - frame.left, y - frame.top);
    this.scroll.scrollBy(-dx, -dy);
  }

  /** Zooms and keeps the point x, y of the frame in its place. @param {number} zoom @param {number} [x] @param {number} [y] CSS px */
  setZoom(zoom, x = this.scroll.clientWidth / 2, y = this.scroll.clientHeight / 2) {
    const next = Math.min(LARGEST_ZOOM, Math.max(1, zoom));
    const factor = next / this.zoom;
    const left = (this.scroll.scrollLeft + x) * factor - x;
    const top = (this.scroll.scrollTop + y) * factor - y;
    this.zoom = next;
    this.stage.style.width = `${next * 100}%`;
    this.scroll.scrollTo({ left, top, behavior: "instant" });
    this.part("smaller").toggleAttribute("disabled", next <= 1);
    this.part("larger").toggleAttribute("disabled", next >= LARGEST_ZOOM);
  }

  addInView() {
    if (!this.boxes.width) return;
    this.boxes.remember();
    const frame = this.scroll.getBoundingClientRect();
    const middle = this.imagePoint(frame.left + frame.width / 2, frame.top + frame.height / 2);
    const width = (frame.width * this.pixelRatio) / 4;
    this.choose(this.boxes.add({ x: middle.x - width / 2, y: middle.y - width / 8, width, height: width / 4 }));
    this.changed("added");
    this.focusChosen();
  }

  removeChosen() {
    if (this.chosen === null) return;
    this.boxes.remember();
    this.boxes.remove(this.chosen);
    this.choose(null);
    this.changed("removed");
    this.part("add").focus();
  }

  undo() {
    this.boxes.undo();
    this.choose(null);
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.indexOf(event.target) === null || this.chosen === null || event.altKey || event.metaKey) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.removeChosen();
      return;
    }
    const way = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (!way) return;
    event.preventDefault();
    const step = event.ctrlKey ? 1 : Math.max(1, Math.round(this.boxes.width / 100));
    if (!event.repeat) this.boxes.remember();
    this.boxes[event.shiftKey ? "resize" : "move"](this.chosen, way[0] * step, way[1] * step);
    this.changed();
  }

  /** @param {number | null} index */
  choose(index) {
    this.chosen = index;
    this.stage.querySelectorAll("[data-box]").forEach((box, at) => box.classList.toggle("is-chosen", at === index));
    this.part("remove").toggleAttribute("disabled", index === null);
    for (const name of ["grow", "shrink"]) this.part(name).hidden = index === null;
  }

  focusChosen() {
    if (this.chosen === null) return;
    const box = this.stage.querySelector(`[data-box="${this.chosen}"]`);
    /** @type {HTMLElement | null} */ (box)?.focus({ preventScroll: true });
  }

  /** @param {"added" | "removed"} [said] */
  changed(said) {
    this.render();
    if (said) this.part("said").textContent = textOf(this.root, said);
    this.dispatchEvent(new Event("change"));
  }

  render() {
    const { list } = this.boxes;
    const drawn = [...this.stage.querySelectorAll("[data-box]")];
    drawn.slice(list.length).forEach((box) => box.remove());
    list.forEach((box, index) => {
      const element = /** @type {HTMLElement} */ (drawn[index] ?? this.stage.appendChild(newBox(index)));
      placeBox(element, box, this.boxes);
      element.setAttribute("aria-label", labelOf(this.root, box, this.boxes, index));
      element.classList.toggle("is-chosen", index === this.chosen);
    });
    this.part("undo").toggleAttribute("disabled", !this.boxes.canUndo);
    const name = list.length === 0 ? "none" : list.length === 1 ? "one" : "many";
    this.part("count").textContent = textOf(this.root, name, { n: list.length });
  }
}
