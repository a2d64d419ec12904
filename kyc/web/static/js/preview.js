/** Owns the preview of a decision: the server says what the customer would read, as it is typed. */

import { csrfToken, textOf } from "./page.js";

const PAUSE = 350;

class Preview {
  /** @param {HTMLElement} root @param {HTMLFormElement} form */
  constructor(root, form) {
    this.root = root;
    this.form = form;
    this.asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    for (const control of form.elements) control.addEventListener("input", () => this.soon());
    form.addEventListener("reset", () => this.soon());
    document.addEventListener("decision:cleared", () => this.soon());
    this.soon();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-preview-${name}]`));
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const body = new FormData(this.form);
    if (!body.get("outcome")) return this.say("nothing");
    const number = ++this.asked;
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
      const answer = await fetch(this.root.dataset.url ?? "", { method: "POST", body, headers, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (number === this.asked) this.show(told);
    } catch {
      if (number === this.asked) this.say("failed");
    }
  }

  /** @param {string} name */
  say(name) {
    this.part("shown").hidden = true;
    this.part("said").textContent = textOf(this.root, name);
  }

  /** @param {{language: string, subject: string, body: string, page: string[]}} told */
  show(told) {
    if (!told.subject) return this.say("untold");
    this.part("said").textContent = "";
    this.part("shown").hidden = false;
    this.part("page-part").hidden = told.page.length === 0;
    const texts = { subject: told.subject, body: told.body, page: told.page.join("\n") };
    for (const [name, text] of Object.entries(texts)) {
      this.part(name).textContent = text;
      this.part(name).lang = told.language;
    }
  }
}

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-preview]"));
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-decision]"));
if (root && form) new Preview(root, form);
