/** Owns the lock: a page that nobody touches hides all that it shows and asks for the second factor. */

import { csrfToken, textOf } from "./page.js";

const TELL_MS = 60000;
const LOOK_MS = 2000;
const TOUCHES = ["keydown", "pointerdown", "pointermove", "wheel"];

class Lock {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    this.form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
    this.idle = Number(dialog.dataset.idleSeconds) * 1000;
    this.touched = this.told = Date.now();
    this.locked = false;
    this.others = new BroadcastChannel("kyc.lock");
    this.listen();
    window.setInterval(() => this.look(), LOOK_MS);
  }

  listen() {
    for (const name of TOUCHES) document.addEventListener(name, () => this.touch(), { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => this.look());
    document.addEventListener("kyc:locked", () => this.shut());
    window.addEventListener("pageshow", () => this.look());
    this.others.addEventListener("message", ({ data }) => this.hear(data));
    this.form.addEventListener("submit", (event) => this.unlock(event));
    // Escape closes a dialog; this one opens again at once.
    this.dialog.addEventListener("close", () => this.locked && this.dialog.showModal());
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  touch() {
    if (this.locked || Date.now() - this.touched > this.idle) return this.look();
    this.touched = Date.now();
  }

  /** Locks when it is time; tells the server of touches, at most once a minute. */
  look() {
    if (this.locked) return;
    if (Date.now() - this.touched > this.idle) return this.leave();
    if (this.touched > this.told && Date.now() - this.told > TELL_MS) this.tell();
  }

  async tell() {
    this.told = Date.now();
    this.others.postMessage({ touched: this.touched });
    const answer = await this.post(this.dialog.dataset.awakeUrl ?? "").catch(() => null);
    if (answer?.status === 401) this.shut();
  }

  /** Nobody is here: the server is told, so that no other way in stays open. */
  leave() {
    this.shut();
    this.others.postMessage({ locked: true });
    this.post(this.dialog.dataset.lockUrl ?? "").catch(() => null);
  }

  shut() {
    if (this.locked) return;
    this.locked = true;
    document.documentElement.classList.add("is-locked");
    this.dialog.showModal();
  }

  /** @param {{touched?: number, locked?: boolean, unlocked?: boolean}} said */
  hear(said) {
    if (said.touched) this.touched = Math.max(this.touched, said.touched);
    if (said.locked) this.shut();
    if (said.unlocked) this.open();
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    const body = new URLSearchParams(/** @type {any} */ (new FormData(this.form)));
    this.form.reset();
    for (const hidden of this.form.querySelectorAll("[data-answer-field]")) /** @type {HTMLInputElement} */ (hidden).value = "";
    const answer = await this.post(this.form.action, body).catch(() => null);
    if (!answer) return this.say("offline");
    if (!answer.ok) return this.say(answer.status === 401 ? "ended" : answer.status === 429 ? "often" : "wrong");
    this.open();
    this.others.postMessage({ unlocked: true });
  }

  open() {
    this.locked = false;
    this.touched = this.told = Date.now();
    document.documentElement.classList.remove("is-locked");
    this.say("");
    this.dialog.close();
  }

  /** @param {string} name of a text of the dialog, or nothing */
  say(name) {
    const problem = /** @type {HTMLElement} */ (this.dialog.querySelector("[data-lock-problem]"));
    problem.textContent = name && textOf(this.dialog, name);
    problem.hidden = !name;
  }

  /** @param {string} url @param {URLSearchParams} [body] */
  post(url, body) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    return fetch(url, { method: "POST", headers, body, credentials: "same-origin", cache: "no-store" });
  }
}

document.querySelectorAll("dialog[data-lock]").forEach((found) => new Lock(/** @type {HTMLDialogElement} */ (found)));
