/** Owns how one picture lies on its stage: zoom, shift, turn, light. Pure numbers, no page. */

/** @typedef {{width: number, height: number}} Size */

const LARGEST_ZOOM = 12;
const LIGHTS = [1, 1.35, 1.7, 0.65];
const CONTRASTS = [1, 1.5, 2.25, 0.6];

export class ViewState {
  constructor() {
    this.light = 0;
    this.contrasted = 0;
    this.fit();
  }

  /** The whole picture, the right way up; in its own light if it lay so already. */
  fit() {
    if (this.zoom === 1 && this.turns === 0 && this.x === 0 && this.y === 0) this.light = this.contrasted = 0;
    this.zoom = 1;
    this.turns = 0;
    this.x = 0;
    this.y = 0;
  }

  /**
   * @param {number} factor
   * @param {number} atX @param {number} atY the point that stays where it is, in stage sizes from the middle (-0.5 to 0.5)
   */
  zoomBy(factor, atX = 0, atY = 0) {
    const next = Math.min(LARGEST_ZOOM, Math.max(1, this.zoom * factor));
    const real = next / this.zoom;
    this.x = (this.x - atX) * real + atX;
    this.y = (this.y - atY) * real + atY;
    this.zoom = next;
    this.keepInReach();
  }

  /** @param {number} dx @param {number} dy in stage sizes */
  shift(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.keepInReach();
  }

  /** @param {1 | -1} way quarter turns to the right */
  turn(way) {
    this.turns = (this.turns + way + 4) % 4;
    [this.x, this.y] = [0, 0];
  }

  brighten() {
    this.light = (this.light + 1) % LIGHTS.length;
  }

  /** @returns {number} 1 is the picture as it is */
  get brightness() {
    return LIGHTS[this.light];
  }

  contrastMore() {
    this.contrasted = (this.contrasted + 1) % CONTRASTS.length;
  }

  /** @returns {number} 1 is the picture as it is */
  get contrast() {
    return CONTRASTS[this.contrasted];
  }

  /** @returns {string} the CSS filter for its light; empty for the picture as it is */
  get filter() {
    if (this.brightness === 1 && this.contrast === 1) return "";
    return `brightness(${this.brightness}) contrast(${this.contrast})`;
  }

  /** @returns {string} zoom, and light where it was changed, in signs that need no language */
  get said() {
    const parts = [`${Math.round(this.zoom * 100)} %`];
    if (this.brightness !== 1) parts.push(`☀ ${this.brightness}`);
    if (this.contrast !== 1) parts.push(`◐ ${this.contrast}`);
    return parts.join(" · ");
  }

  keepInReach() {
    const reach = this.zoom / 2;
    this.x = Math.min(reach, Math.max(-reach, this.x));
    this.y = Math.min(reach, Math.max(-reach, this.y));
  }

  /**
   * The CSS matrix that lays the picture, given in its own pixels, on a stage of CSS pixels.
   * @param {Size} picture @param {Size} stage
   * @returns {DOMMatrix}
   */
  matrix(picture, stage) {
    const lying = this.turns % 2 === 1;
    const [wide, high] = lying ? [picture.height, picture.width] : [picture.width, picture.height];
    const scale = Math.min(stage.width / wide, stage.height / high) * this.zoom;
    return new DOMMatrix()
      .translate(stage.width * (0.5 + this.x), stage.height * (0.5 + this.y))
      .rotate(this.turns * 90)
      .scale(scale)
      .translate(-picture.width / 2, -picture.height / 2);
  }
}
