/** Owns single-key shortcuts: data-key on what they press, the list under `?`, the off switch. */

const STORED = "kyc.keys";
const FIELDS = 'textarea, select, [contenteditable], input:not([type="checkbox"], [type="radio"], [type="submit"])';

/** @returns {boolean} */
function turnedOn() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage may be forbidden; then the switch lasts as long as the page
  }
}

let on = turnedOn();

/**
 * Whether a single key may act: no field has the focus, no dialog is open, no modifier is held.
 * @param {KeyboardEvent} event
 */
export function keysAllowed(event) {
  if (!on || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !(event.target instanceof Element && event.target.matches(FIELDS));
}

/** @param {string} key @returns {HTMLElement | undefined} what the key presses, if it can be pressed now */
function pressedBy(key) {
  const found = [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`)];
  return /** @type {HTMLElement[]} */ (found).find((one) => !one.matches(":disabled") && one.checkVisibility());
}

/** @param {HTMLElement} element */
function press(element) {
  if (element.matches("textarea")) element.scrollIntoView({ block: "nearest" });
  if (element.matches(FIELDS)) element.focus();
  else element.click();
}

/** @param {KeyboardEvent} event */
function single(event) {
  if (!keysAllowed(event) || event.key === " " || event.key === "Enter") return;
  const element = pressedBy(event.key);
  if (!element || (event.repeat && !element.matches("[data-view]"))) return;
  event.preventDefault();
  press(element);
}

/** @param {HTMLDialogElement} dialog */
function listUnder(dialog) {
  const box = /** @type {HTMLInputElement} */ (dialog.querySelector("[data-keys-switch]"));
  box.checked = on;
  box.addEventListener("change", () => {
    on = box.checked;
    try {
      localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // see turnedOn
    }
  });
  document.querySelector("[data-keys-open]")?.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || !keysAllowed(event)) return;
    event.preventDefault();
    dialog.showModal();
  });
}

const dialog = document.querySelector("[data-keys-dialog]");
if (dialog) listUnder(/** @type {HTMLDialogElement} */ (dialog));

document.addEventListener("keydown", single);
document.addEventListener("keydown", (event) => {
  const focused = document.activeElement;
  if (event.key === "Escape" && focused instanceof HTMLElement && focused.matches(FIELDS)) focused.blur();
});
