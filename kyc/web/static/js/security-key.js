/** Owns security keys and passkeys: asks the browser for one, and puts its answer into the form. */

import { askJson, textOf } from "./page.js";

/**
 * @param {string} text base64url
 * @returns {Uint8Array}
 */
function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {string} base64url without padding
 */
function textFrom(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {{id: string}[] | undefined} known */
const named = (known) => (known ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

/** @param {any} options as the server sent them */
async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
  const { clientDataJSON, attestationObject } = made.response;
  return { ...plain(made), response: both({ clientDataJSON, attestationObject }) };
}

/** @param {any} options as the server sent them */
async function ask(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: named(options.allowCredentials),
  };
  const given = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
  const { clientDataJSON, authenticatorData, signature } = given.response;
  return { ...plain(given), response: both({ clientDataJSON, authenticatorData, signature }) };
}

/** @param {any} credential */
const plain = (credential) => ({ id: credential.id, rawId: textFrom(credential.rawId), type: credential.type });

/** @param {Record<string, ArrayBuffer>} parts */
const both = (parts) => Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, textFrom(bytes)]));

/** @param {HTMLButtonElement} button */
async function press(button) {
  const problem = button.closest("form")?.querySelector("[data-security-key-problem]");
  problem?.setAttribute("hidden", "");
  button.setAttribute("aria-busy", "true");
  try {
    if (!window.PublicKeyCredential) throw new Error("none");
    const options = await askJson(button.dataset.optionsUrl ?? "", { method: "POST" });
    const answer = await (button.dataset.securityKey === "create" ? make(options) : ask(options));
    const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.answer ?? ""));
    field.value = JSON.stringify(answer);
    button.form?.requestSubmit();
  } catch (error) {
    if (!problem) return;
    const none = error instanceof Error && error.message === "none";
    problem.textContent = textOf(button, none ? "none" : "failed");
    problem.removeAttribute("hidden");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

document.querySelectorAll("[data-security-key]").forEach((found) => {
  const button = /** @type {HTMLButtonElement} */ (found);
  button.addEventListener("click", () => press(button));
});
