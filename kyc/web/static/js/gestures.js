/** Owns the reading of pointers: one that drags, two that pinch, on mouse, pen and touch alike. */

/**
 * @typedef {object} Gestures
 * @property {(event: PointerEvent) => boolean} [start] one pointer went down; false leaves it alone
 * @property {(event: PointerEvent, dx: number, dy: number) => void} [drag] it moved by dx, dy CSS px
 * @property {(event: PointerEvent) => void} [end] it went up
 * @property {() => void} [cancel] a second pointer came, or the browser took it away
 * @property {(factor: number, x: number, y: number, dx: number, dy: number) => void} [pinch]
 *   two moved: their distance grew by factor, their middle is at x, y and moved by dx, dy CSS px
 */

/**
 * @param {HTMLElement} element
 * @param {Gestures} gestures
 */
export function readGestures(element, gestures) {
  /** @type {Map<number, {x: number, y: number}>} */
  const down = new Map();
  let dragging = false;

  const spread = () => {
    const [a, b] = [...down.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.hypot(a.x - b.x, a.y - b.y) || 1 };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || down.size > 1) return;
    if (down.size === 0 && gestures.start?.(event) === false) return;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    element.setPointerCapture(event.pointerId);
    if (down.size === 2 && dragging) gestures.cancel?.();
    dragging = down.size === 1;
  });

  element.addEventListener("pointermove", (event) => {
    const last = down.get(event.pointerId);
    if (!last) return;
    const before = down.size === 2 ? spread() : null;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before) {
      const now = spread();
      gestures.pinch?.(now.distance / before.distance, now.x, now.y, now.x - before.x, now.y - before.y);
    } else if (dragging) {
      gestures.drag?.(event, event.clientX - last.x, event.clientY - last.y);
    }
  });

  const up = (/** @type {PointerEvent} */ event) => {
    if (!down.delete(event.pointerId)) return;
    if (dragging) (event.type === "pointerup" ? gestures.end : gestures.cancel)?.(event);
    dragging = false;
  };
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
}
