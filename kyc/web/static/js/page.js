/** Owns what every component reads from its page: translated texts and the CSRF token. */

/**
 * The text that the page carries as data-text-<name>, with {placeholders} filled in.
 * @param {HTMLElement} root
 * @param {string} name camel case, as in root.dataset, without the leading "text"
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function textOf(root, name, values = {}) {
  const key = `text${name[0].toUpperCase()}${name.slice(1)}`;
  return (root.dataset[key] ?? "").replace(/\{(\w+)\}/g, (_, word) => String(values[word] ?? ""));
}

/** @returns {string} */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
}

/**
 * Asks the server for JSON; anything else than a JSON answer of success is a rejection.
 * @param {string} url
 * @param {{method?: string, body?: unknown}} [request]
 * @returns {Promise<any>}
 */
export async function askJson(url, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    credentials: "same-origin",
  });
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson ? await answer.json() : null;
  if (!answer.ok || content === null) throw new AnswerError(answer.status, content);
  return content;
}

/**
 * The words of an error in JSON: what happened and what to do; an action that is an address is no words.
 * @param {any} content
 * @returns {string}
 */
export function wordsOf(content) {
  const { message, action } = content?.error ?? {};
  return [message, action?.startsWith("/") ? "" : action].filter(Boolean).join(" ");
}

/** An answer that is not what was asked for; `said` is the server's own words, if any. */
export class AnswerError extends Error {
  /** @param {number} status @param {any} content */
  constructor(status, content) {
    super(`answer ${status}`);
    this.status = status;
    this.said = wordsOf(content);
  }
}
