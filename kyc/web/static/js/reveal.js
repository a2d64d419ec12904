/** Owns parts of a form that matter only for one answer: data-shown-when="field=value". */

/** @param {HTMLElement} part */
function follow(part) {
  const [name, value] = (part.dataset.shownWhen ?? "").split("=");
  const form = part.closest("form");
  if (!form || !name) return;
  const show = () => {
    part.hidden = new FormData(form).get(name) !== value;
  };
  form.addEventListener("change", show);
  show();
}

document.querySelectorAll("[data-shown-when]").forEach((part) => follow(/** @type {HTMLElement} */ (part)));
