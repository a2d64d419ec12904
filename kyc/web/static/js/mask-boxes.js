/** Owns the boxes drawn on a picture, in its own pixels, and their history. */

/** @typedef {{x: number, y: number, width: number, height: number}} Box image pixels, top left origin */

const SMALLEST = 4;

export class MaskBoxes {
  /** @param {number} width @param {number} height of the picture, pixels */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** @type {Box[]} */
    this.list = [];
    /** @type {Box[][]} */
    this.former = [];
  }

  /** Remembers the boxes as they are, so that one undo leads back here. */
  remember() {
    this.former.push(this.list.map((box) => ({ ...box })));
  }

  get canUndo() {
    return this.former.some((boxes) => !this.same(boxes));
  }

  /** Goes back to how the boxes lay before the last change; a press that changed nothing does not count. */
  undo() {
    let former = this.former.pop();
    while (former && this.same(former)) former = this.former.pop();
    this.list = former ?? this.list;
  }

  /** @param {Box[]} boxes */
  same(boxes) {
    return JSON.stringify(boxes) === JSON.stringify(this.list);
  }

  /** @param {Box} box @returns {number} its index */
  add(box) {
    this.list.push(this.inside(box));
    return this.list.length - 1;
  }

  /** @param {number} index */
  remove(index) {
    this.list.splice(index, 1);
  }

  /** @param {number} index @param {number} dx @param {number} dy pixels */
  move(index, dx, dy) {
    const box = this.list[index];
    box.x = Math.min(Math.max(0, box.x + dx), this.width - box.width);
    box.y = Math.min(Math.max(0, box.y + dy), this.height - box.height);
  }

  /** @param {number} index @param {number} dx @param {number} dy pixels that the corner moves by */
  resize(index, dx, dy) {
    const box = this.list[index];
    box.width = Math.min(Math.max(SMALLEST, box.width + dx), this.width - box.x);
    box.height = Math.min(Math.max(SMALLEST, box.height + dy), this.height - box.y);
  }

  /** Puts the middle of a box at a point. @param {number} index @param {number} x @param {number} y */
  moveTo(index, x, y) {
    const { x: left, y: top, width, height } = this.list[index];
    this.move(index, x - left - width / 2, y - top - height / 2);
  }

  /** Makes a box larger or smaller around its middle. @param {number} index @param {number} factor */
  scale(index, factor) {
    const { x, y, width, height } = this.list[index];
    const [dx, dy] = [(width * (factor - 1)) / 2, (height * (factor - 1)) / 2];
    this.list[index] = this.inside({ x: x - dx, y: y - dy, width: width + 2 * dx, height: height + 2 * dy });
  }

  /** @param {Box} box @returns {Box} its part that lies on the picture */
  inside({ x, y, width, height }) {
    const left = Math.min(Math.max(0, x), this.width - SMALLEST);
    const top = Math.min(Math.max(0, y), this.height - SMALLEST);
    return {
      x: left,
      y: top,
      width: Math.max(SMALLEST, Math.min(x + width, this.width) - left),
      height: Math.max(SMALLEST, Math.min(y + height, this.height) - top),
    };
  }

  /** @returns {Box[]} whole pixels, grown outwards so that nothing peeps out */
  whole() {
    return this.list.map(({ x, y, width, height }) => {
      const left = Math.floor(x);
      const top = Math.floor(y);
      return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
    });
  }
}
