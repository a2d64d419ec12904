/** Owns the double submit: a form marked data-once is sent once, however often it is pressed. */

/** @type {Set<HTMLFormElement>} */
const sent = new Set();

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || !form.matches("[data-once]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that the back button brings out of the cache may be sent again.
window.addEventListener("pageshow", () => {
  sent.clear();
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
});
