/** Owns covering more of a stored copy: sends the boxes, one way, and keeps unsaved ones from getting lost. */

import { MaskEditor } from "./mask-editor.js";
import { AnswerError, askJson, textOf } from "./page.js";

/** @param {HTMLElement} root */
function follow(root) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-cover-${name}]`));
  const editor = new MaskEditor(/** @type {HTMLElement} */ (root.querySelector("[data-mask-editor]")));
  const button = /** @type {HTMLButtonElement} */ (part("button"));
  const usual = button.textContent;

  const problem = (/** @type {string} */ text) => {
    part("problem").textContent = text;
    part("problem").hidden = !text;
  };

  const save = async () => {
    if (button.disabled) return;
    button.disabled = true;
    button.textContent = textOf(root, "saving");
    problem("");
    try {
      const answer = await askJson(root.dataset.coverUrl ?? "", { method: "POST", body: { boxes: editor.value } });
      window.location.assign(answer.next);
    } catch (error) {
      problem((error instanceof AnswerError && error.said) || textOf(root, "failed"));
      button.disabled = false;
      button.textContent = usual;
    }
  };

  editor.addEventListener("change", () => {
    part("save").hidden = editor.value.length === 0;
    problem("");
  });
  button.addEventListener("click", save);
  part("confirm").addEventListener("submit", (event) => {
    if (editor.value.length === 0) return;
    event.preventDefault();
    problem(textOf(root, "unsaved"));
    button.focus();
  });
}

document.querySelectorAll("[data-cover]").forEach((root) => follow(/** @type {HTMLElement} */ (root)));
