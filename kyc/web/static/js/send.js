/** Owns the sending of one file: progress, a connection that stalls, what the server answered. */

import { csrfToken, wordsOf } from "./page.js";

const STALLED_MS = 30000;
const ANSWER_MS = 90000;

/** Why a file was not taken. `lost` and `failed` may be tried again as they are. */
export class SendError extends Error {
  /** @param {"lost" | "failed" | "refused" | "too-large" | "stopped"} why @param {string} [said] the server's words */
  constructor(why, said = "") {
    super(why);
    this.why = why;
    this.said = said;
  }
}

/**
 * @param {XMLHttpRequest} request
 * @returns {string} where to go next; throws SendError
 */
function nextFrom(request) {
  const isJson = (request.getResponseHeader("Content-Type") ?? "").includes("json");
  const content = isJson ? JSON.parse(request.responseText) : null;
  if (request.status < 300) return content?.next ?? request.responseURL;
  if (request.status === 413) throw new SendError("too-large", wordsOf(content));
  throw new SendError(request.status === 422 ? "refused" : "failed", wordsOf(content));
}

/**
 * Sends a form. The key is the same for every try with the same file, so that a try whose answer
 * was lost is not counted twice.
 * @param {string} url
 * @param {FormData} content
 * @param {{key: string, progress: (percent: number) => void}} options
 * @returns {{answer: Promise<string>, stop: () => void}}
 */
export function send(url, content, { key, progress }) {
  const request = new XMLHttpRequest();
  let stopped = false;
  let timer = 0;
  const answer = new Promise((resolve, reject) => {
    const fail = () => reject(new SendError(stopped ? "stopped" : "lost"));
    const wait = (/** @type {number} */ ms) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => request.abort(), ms);
    };
    request.upload.addEventListener("progress", (event) => {
      wait(event.loaded < event.total ? STALLED_MS : ANSWER_MS);
      if (event.lengthComputable) progress(Math.floor((event.loaded / event.total) * 100));
    });
    request.addEventListener("load", () => {
      try {
        resolve(nextFrom(request));
      } catch (error) {
        reject(error instanceof SendError ? error : new SendError("failed"));
      }
    });
    request.addEventListener("error", fail);
    request.addEventListener("abort", fail);
    request.addEventListener("loadend", () => window.clearTimeout(timer));
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Idempotency-Key", key);
    request.send(content);
    wait(STALLED_MS);
  });
  const stop = () => {
    stopped = true;
    request.abort();
  };
  return { answer, stop };
}

/** @returns {string} a random key for one file */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
