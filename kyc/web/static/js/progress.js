/** Owns the wait for redaction: asks for the state every second and goes on when it is done. */

import { askJson, textOf } from "./page.js";

const EVERY_MS = 1000;
const SLOWEST_MS = 8000;
const SLOW_AFTER_MS = 20000;

/** @param {HTMLElement} root */
function follow(root) {
  const said = /** @type {HTMLElement} */ (root.querySelector("[data-progress-said]"));
  const began = Date.now();
  let failures = 0;

  const say = (/** @type {string} */ name) => {
    const text = textOf(root, name);
    if (said.textContent !== text) said.textContent = text;
  };

  const ask = async () => {
    try {
      const answer = await askJson(root.dataset.stateUrl ?? "");
      failures = 0;
      if (answer.state !== "processing") {
        say("done");
        window.location.replace(answer.next ?? window.location.href);
        return;
      }
      if (Date.now() - began > SLOW_AFTER_MS) say("slow");
    } catch {
      failures += 1;
      if (failures > 2) say("offline");
    }
    window.setTimeout(ask, Math.min(SLOWEST_MS, EVERY_MS * 2 ** Math.max(0, failures - 1)));
  };
  window.setTimeout(ask, EVERY_MS);
}

document.querySelectorAll("[data-progress]").forEach((root) => follow(/** @type {HTMLElement} */ (root)));
