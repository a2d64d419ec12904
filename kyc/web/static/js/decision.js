/** Owns the decision form: locks Approve, shows what belongs to the outcome, says what is missing. */

import { keysAllowed } from "./keys.js";
import { textOf } from "./page.js";

const APPROVE = "approve";
const AGAIN = "request_input";
const ESCALATE = "escalate";

class Decision {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.commits = /** @type {HTMLButtonElement[]} */ ([...form.querySelectorAll("[data-commit]")]);
    this.lock = /** @type {HTMLElement} */ (form.querySelector("[data-lock]"));
    for (const control of form.elements) control.addEventListener("input", () => this.show());
    for (const radio of this.fields("outcome")) radio.addEventListener("change", () => this.bringUp());
    document.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("submit", (event) => {
      if (this.missing) event.preventDefault();
    });
    this.show();
  }

  /** @param {string} name @returns {HTMLInputElement[]} */
  fields(name) {
    return [...this.form.elements].filter((one) => one.getAttribute("name") === name).map((one) => /** @type {HTMLInputElement} */ (one));
  }

  /** @param {string} name @returns {HTMLInputElement[]} those that are ticked and seen */
  ticked(name) {
    return this.fields(name).filter((one) => one.checked && one.checkVisibility());
  }

  get outcome() {
    return this.fields("outcome").find((one) => one.checked)?.value ?? "";
  }

  get left() {
    return this.fields("check").filter((one) => !one.checked).length;
  }

  /** @returns {string} the name of the text that says what is missing, or nothing */
  get missing() {
    if (!this.outcome) return "choose";
    if (this.outcome === APPROVE && this.left) return "left";
    return (this.told ? this.missingReason : "") || this.missingNote;
  }

  /** Whether the customer is told reasons. */
  get told() {
    return this.outcome !== APPROVE && this.outcome !== ESCALATE;
  }

  get missingReason() {
    if (this.outcome === AGAIN && this.ticked("items").length === 0) return "item";
    const reasons = this.ticked("reason");
    if (reasons.length === 0) return "reason";
    const bare = reasons.some((one) => one.hasAttribute("data-needs-message"));
    return bare && !this.fields("message")[0]?.value.trim() ? "message" : "";
  }

  /** Passing on always needs a note; which other outcomes do, the flow says. */
  get missingNote() {
    const wanted = (this.form.getAttribute("data-notes-for") ?? "").split(" ");
    return wanted.includes(this.outcome) && !this.fields("note")[0]?.value.trim() ? "note" : "";
  }

  show() {
    this.showLock();
    this.showParts();
    this.showReasons();
    const { missing } = this;
    for (const commit of this.commits) commit.disabled = Boolean(missing);
    const tell = missing === "choose" ? (this.left ? "left" : "ready") : missing;
    this.lock.textContent = tell ? textOf(this.form, tell, { n: this.left }) : "";
  }

  showLock() {
    const approve = this.fields("outcome").find((one) => one.value === APPROVE);
    if (approve) approve.disabled = this.left > 0;
    if (approve?.disabled) approve.checked = false;
    const count = document.querySelector("[data-checked-count]");
    const all = this.fields("check").length;
    if (count) count.textContent = `${all - this.left}/${all}`;
  }

  showParts() {
    for (const part of document.querySelectorAll("[data-for-outcome]")) {
      const wanted = (part.getAttribute("data-for-outcome") ?? "").split(" ");
      part.toggleAttribute("hidden", !wanted.includes(this.outcome));
    }
  }

  /** Asking again: only reasons about the chosen things, or about none, that a new try can cure. */
  showReasons() {
    const chosen = this.fields("items").filter((one) => one.checked).map((one) => one.value);
    for (const line of document.querySelectorAll("[data-reason-of], [data-final]")) {
      const about = line.getAttribute("data-reason-of");
      const fits = !line.hasAttribute("data-final") && (about === null || chosen.includes(about));
      line.toggleAttribute("hidden", this.outcome === AGAIN && !fits);
    }
    for (const reason of this.fields("reason")) reason.disabled = Boolean(reason.closest("[hidden]"));
  }

  bringUp() {
    const part = document.querySelector(".decision-part:not([hidden])");
    part?.scrollIntoView({ block: "start" });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Enter" && event.ctrlKey && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      if (!this.missing) this.form.requestSubmit(this.commits[0]);
    }
    if (event.key !== "Escape" || !keysAllowed(event)) return;
    for (const radio of this.fields("outcome")) radio.checked = false;
    this.show();
    document.dispatchEvent(new Event("decision:cleared"));
  }
}

document.querySelectorAll("form[data-decision]").forEach((form) => new Decision(/** @type {HTMLFormElement} */ (form)));
