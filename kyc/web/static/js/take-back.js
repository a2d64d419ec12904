/** Owns the countdown of the bar that takes a verdict back; at its end the button goes. */

import { textOf } from "./page.js";

/** @param {HTMLElement} bar */
function countDown(bar) {
  const left = /** @type {HTMLElement} */ (bar.querySelector("[data-take-back-left]"));
  const until = Date.now() + Number(bar.dataset.seconds) * 1000;
  const tick = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    left.textContent = seconds > 0 ? textOf(bar, "left", { n: seconds }) : textOf(bar, "over");
    if (seconds > 0) return;
    clearInterval(timer);
    bar.querySelector("form")?.remove();
  };
  const timer = setInterval(tick, 250);
  tick();
}

document.querySelectorAll("[data-take-back]").forEach((bar) => countDown(/** @type {HTMLElement} */ (bar)));
