/** Owns moving through the queue with j and k; Enter opens the link that has the focus. */

import { keysAllowed } from "./keys.js";

const WAYS = { j: 1, k: -1 };

document.addEventListener("keydown", (event) => {
  const way = WAYS[/** @type {keyof typeof WAYS} */ (event.key)];
  if (!way || !keysAllowed(event)) return;
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row-link]")]);
  if (links.length === 0) return;
  const at = links.findIndex((link) => link === document.activeElement);
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + way));
  links[next].focus();
});
