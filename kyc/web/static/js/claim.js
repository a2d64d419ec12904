/** Owns the claim on the open case: a heartbeat while the page is seen, a countdown, its loss. */

import { csrfToken, textOf } from "./page.js";

const BEAT_MS = 60000;
const SHOW_MS = 15000;
const SOON_MINUTES = 5;

class Claim {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.until = Date.parse(root.dataset.until ?? "");
    this.lost = false;
    this.offline = false;
    this.lastBeat = Date.now();
    window.setInterval(() => this.beatIfDue(), 5000);
    window.setInterval(() => this.show(), SHOW_MS);
    document.addEventListener("visibilitychange", () => this.beatIfDue());
    this.show();
  }

  beatIfDue() {
    if (this.lost || document.hidden || Date.now() - this.lastBeat < BEAT_MS) return;
    this.lastBeat = Date.now();
    this.beat();
  }

  async beat() {
    try {
      const answer = await fetch(this.root.dataset.heartbeatUrl ?? "", {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
        credentials: "same-origin",
        cache: "no-store",
      });
      if (answer.status === 401) return document.dispatchEvent(new CustomEvent("kyc:locked"));
      if (answer.redirected || (answer.status >= 400 && answer.status < 500 && answer.status !== 429)) return this.lose();
      this.offline = !answer.ok;
      await this.learn(answer);
    } catch {
      this.offline = true;
    }
    this.show();
  }

  /** @param {Response} answer */
  async learn(answer) {
    if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return;
    const { until } = await answer.json();
    if (until) this.until = Date.parse(until);
  }

  show() {
    if (this.lost || Number.isNaN(this.until)) return;
    const minutes = Math.max(0, Math.round((this.until - Date.now()) / 60000));
    const name = this.offline ? "offline" : minutes <= SOON_MINUTES ? "soon" : "left";
    this.root.textContent = textOf(this.root, name, { n: minutes });
    if (name !== "left") this.say(this.root.textContent);
  }

  /** @param {string} text */
  say(text) {
    const said = document.querySelector("[data-claim-said]");
    if (said && said.textContent !== text) said.textContent = text;
  }

  lose() {
    this.lost = true;
    this.root.textContent = textOf(this.root, "lost");
    document.querySelectorAll("[data-viewers]").forEach((viewers) => viewers.replaceChildren());
    document.querySelectorAll(".decision-bar button, .decision-bar input").forEach((one) => one.setAttribute("disabled", ""));
    /** @type {HTMLDialogElement | null} */ (document.querySelector("[data-claim-lost]"))?.showModal();
  }
}

document.querySelectorAll("[data-claim]").forEach((root) => new Claim(/** @type {HTMLElement} */ (root)));
