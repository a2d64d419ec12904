/** Owns the picture viewers of a case: pointer, wheel and keys, together or apart. */

import { readGestures } from "./gestures.js";
import { Magnifier } from "./magnifier.js";
import { textOf } from "./page.js";
import { ViewState } from "./view-state.js";

const WHEEL_SPEED = 0.0015;
const STEP = 1.25;
const ARROWS = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };

export class Viewer {
  /** @param {HTMLElement} figure @param {(viewer: Viewer, act: (state: ViewState) => void) => void} apply */
  constructor(figure, apply) {
    this.figure = figure;
    this.stage = /** @type {HTMLElement} */ (figure.querySelector("[data-stage]"));
    this.image = /** @type {HTMLImageElement} */ (figure.querySelector("img"));
    this.picture = { width: Number(this.image.getAttribute("width")), height: Number(this.image.getAttribute("height")) };
    this.image.style.width = `${this.picture.width}px`;
    this.image.style.height = `${this.picture.height}px`;
    this.state = new ViewState();
    this.apply = (/** @type {(state: ViewState) => void} */ act) => apply(this, act);
    this.pointer = { x: 0, y: 0 };
    figure.classList.add("viewer-live");
    this.listen();
    new ResizeObserver(() => this.resized()).observe(this.stage);
    this.image.addEventListener("load", () => this.loaded());
    this.image.addEventListener("error", () => this.loaded());
    if (this.image.complete) this.loaded();
  }

  get ready() {
    return this.image.complete && this.image.naturalWidth > 0;
  }

  /** Takes the word of waiting away, or says that nothing came. */
  loaded() {
    const wait = /** @type {HTMLElement} */ (this.stage.querySelector("[data-wait]"));
    wait.hidden = this.ready;
    this.image.hidden = !this.ready;
    if (!this.ready) wait.textContent = textOf(wait, "failed");
  }

  get size() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  matrix() {
    return this.state.matrix(this.picture, this.size);
  }

  render() {
    if (!this.size.width) return;
    this.image.style.transform = this.matrix().toString();
    this.image.style.filter = this.state.filter;
  }

  resized() {
    this.pointer = { x: this.size.width / 2, y: this.size.height / 2 };
    this.render();
  }

  /** @param {number} clientX @param {number} clientY @returns {[number, number]} in stage sizes from the middle */
  fromMiddle(clientX, clientY) {
    const frame = this.stage.getBoundingClientRect();
    return [(clientX - frame.left) / frame.width - 0.5, (clientY - frame.top) / frame.height - 0.5];
  }

  listen() {
    const shift = (/** @type {number} */ dx, /** @type {number} */ dy) => {
      const { width, height } = this.size;
      this.apply((state) => state.shift(dx / width, dy / height));
    };
    readGestures(this.stage, {
      drag: (_, dx, dy) => shift(dx, dy),
      pinch: (factor, x, y, dx, dy) => {
        const at = this.fromMiddle(x, y);
        this.apply((state) => state.zoomBy(factor, ...at));
        shift(dx, dy);
      },
    });
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("pointermove", (event) => {
      const frame = this.stage.getBoundingClientRect();
      this.pointer = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    });
    this.stage.addEventListener("keydown", (event) => {
      const way = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
      if (!way) return;
      event.preventDefault();
      this.apply((state) => state.shift(way[0], way[1]));
    });
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const at = this.fromMiddle(event.clientX, event.clientY);
    this.apply((state) => state.zoomBy(Math.exp(-event.deltaY * lines * WHEEL_SPEED), ...at));
  }
}

class Viewers {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.together = true;
    this.all = [...root.querySelectorAll("[data-viewer]")].map(
      (figure) => new Viewer(/** @type {HTMLElement} */ (figure), (viewer, act) => this.act(viewer, act)),
    );
    /** @type {Viewer | null} */
    this.current = null;
    if (this.all.length) this.choose(this.all[0]);
    for (const viewer of this.all) this.followFocus(viewer);
    this.root.querySelectorAll("[data-slot]").forEach((slot) => this.followTabs(slot));
    this.root.querySelectorAll("[data-view]").forEach((button) => this.followTool(/** @type {HTMLElement} */ (button)));
    new Magnifier(() => this.current);
  }

  /** @param {Viewer} viewer */
  followFocus(viewer) {
    const choose = () => this.choose(viewer);
    viewer.stage.addEventListener("pointerenter", choose);
    viewer.stage.addEventListener("focus", choose);
  }

  /** The keys act on this picture from now on, that of its cover tool too. @param {Viewer} viewer */
  choose(viewer) {
    this.current = viewer;
    for (const link of this.root.querySelectorAll("[data-cover]")) link.removeAttribute("data-key");
    viewer.figure.querySelector("[data-cover]")?.setAttribute("data-key", "m");
  }

  /** @param {Viewer | null} viewer @param {(state: ViewState) => void} act */
  act(viewer, act) {
    const moved = this.together ? this.all : this.all.filter((one) => one === viewer);
    for (const one of moved) {
      act(one.state);
      one.render();
    }
    this.say();
  }

  say() {
    const said = this.root.querySelector("[data-view-said]");
    if (said && this.current) said.textContent = this.current.state.said;
  }

  /** @param {Element} slot */
  followTabs(slot) {
    const tabs = [...slot.querySelectorAll("[data-show]")];
    if (tabs.length === 0) return;
    const show = (/** @type {string | null} */ artifact) => {
      for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.getAttribute("data-show") === artifact));
      for (const viewer of this.all.filter((one) => slot.contains(one.figure))) {
        viewer.figure.hidden = viewer.figure.dataset.artifact !== artifact;
        if (!viewer.figure.hidden) this.choose(viewer);
      }
    };
    for (const tab of tabs) tab.addEventListener("click", () => show(tab.getAttribute("data-show")));
    show(tabs[0].getAttribute("data-show"));
  }

  /** @param {HTMLElement} button */
  followTool(button) {
    /** @type {Record<string, (state: ViewState) => void>} */
    const acts = {
      in: (state) => state.zoomBy(STEP),
      out: (state) => state.zoomBy(1 / STEP),
      fit: (state) => state.fit(),
      left: (state) => state.turn(-1),
      right: (state) => state.turn(1),
      bright: (state) => state.brighten(),
      contrast: (state) => state.contrastMore(),
    };
    const name = button.dataset.view ?? "";
    button.addEventListener("click", () => {
      if (acts[name]) return this.act(this.current, acts[name]);
      this.together = !this.together;
      button.setAttribute("aria-pressed", String(this.together));
    });
  }
}

document.querySelectorAll("[data-viewers]").forEach((root) => new Viewers(/** @type {HTMLElement} */ (root)));
