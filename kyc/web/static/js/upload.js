/** Owns the upload page: choosing or taking a picture, covering parts, sending, trying again. */

import { burnt, readPicture, shown } from "./burn.js";
import { MaskEditor } from "./mask-editor.js";
import { textOf } from "./page.js";
import { newKey, send, SendError } from "./send.js";

const TAKEN = /^(image\/(jpeg|png|webp|heic|heif)|application\/pdf)$/;
const TAKEN_NAMES = /\.(jpe?g|png|webp|heic|heif|pdf)$/i;

class UploadPage {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.editor = new MaskEditor(/** @type {HTMLElement} */ (form.querySelector("[data-mask-editor]")));
    /** @type {File | null} */
    this.file = null;
    /** @type {ImageBitmap | null} */
    this.picture = null;
    /** @type {(() => void) | null} */
    this.stop = null;
    this.key = newKey();
    form.noValidate = true; // the file may come from the camera button instead of the field
    this.listen();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.form.querySelector(`[data-upload-${name}]`));
  }

  listen() {
    for (const [button, input] of [["take", "camera"], ["pick", "file"]]) {
      const field = /** @type {HTMLInputElement} */ (this.part(input));
      this.part(button).addEventListener("click", () => field.click());
      field.addEventListener("change", () => this.choose(field.files?.[0]).then(() => (field.value = "")));
    }
    this.part("again").addEventListener("click", () => this.restart());
    this.part("retry").addEventListener("click", () => this.submit());
    this.part("stop").addEventListener("click", () => this.stop?.());
    this.editor.addEventListener("change", () => (this.key = newKey())); // other boxes, another file
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.listenForDrops();
    window.addEventListener("beforeunload", (event) => {
      if (this.stop) event.preventDefault();
    });
  }

  listenForDrops() {
    this.form.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.form.classList.add("is-over");
    });
    this.form.addEventListener("dragleave", () => this.form.classList.remove("is-over"));
    this.form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.form.classList.remove("is-over");
      if (!this.stop) this.choose(event.dataTransfer?.files[0]);
    });
  }

  /** @param {File | undefined} file */
  async choose(file) {
    if (!file) return;
    this.problem(null);
    if (!TAKEN.test(file.type) && !TAKEN_NAMES.test(file.name)) return this.problem(textOf(this.form, "wrongType"));
    const picture = file.type === "application/pdf" ? null : await readPicture(file);
    if (!picture && file.size > this.largest) return this.problem(textOf(this.form, "tooLarge"));
    this.picture?.close();
    this.file = file;
    this.picture = picture;
    this.key = newKey();
    this.showChosen(file, picture);
  }

  get largest() {
    return Number(this.form.dataset.maxBytes);
  }

  /** @param {File} file @param {ImageBitmap | null} picture */
  showChosen(file, picture) {
    this.part("drawable").hidden = !picture;
    this.part("plain").hidden = Boolean(picture);
    this.part("page").hidden = !isPdf(file);
    this.part("name").textContent = `${file.name} · ${sizeOf(file.size)}`;
    this.step("edit");
    if (picture) this.editor.show(shown(picture), picture.width, picture.height);
    /** @type {HTMLElement} */ (this.part("edit").querySelector("h2")).focus();
  }

  /** @param {"choose" | "edit" | "send"} step */
  step(step) {
    for (const name of ["choose", "edit", "send"]) this.part(name).hidden = name !== step;
  }

  restart() {
    this.problem(null);
    this.file = null;
    this.step("choose");
    this.part("take").focus();
  }

  /** @returns {Promise<Blob>} the file as it is, or a new JPEG where boxes are drawn or it is too large */
  async content() {
    const file = /** @type {File} */ (this.file);
    const boxes = this.editor.value;
    if (!this.picture || (boxes.length === 0 && file.size <= this.largest)) return file;
    return burnt(this.picture, boxes);
  }

  async submit() {
    if (this.stop || !this.file) return;
    this.stop = () => {};
    this.problem(null);
    this.step("send");
    this.progress(0);
    try {
      const next = await this.sendOnce(this.file);
      this.stop = null;
      this.say(textOf(this.form, "arrived"));
      window.location.assign(next);
    } catch (error) {
      this.stop = null;
      this.failed(error instanceof SendError ? error : new SendError("failed"));
    }
  }

  /** @param {File} file @returns {Promise<string>} */
  async sendOnce(file) {
    const body = new FormData();
    body.set("csrf_token", /** @type {HTMLInputElement} */ (this.form.elements.namedItem("csrf_token")).value);
    body.set("file", await this.content(), "picture");
    if (isPdf(file)) body.set("page", /** @type {HTMLInputElement} */ (this.part("page").querySelector("input")).value);
    const { answer, stop } = send(this.form.action, body, { key: this.key, progress: (now) => this.progress(now) });
    this.stop = stop;
    return answer;
  }

  /** @param {number} percent */
  progress(percent) {
    /** @type {HTMLProgressElement} */ (this.part("progress")).value = percent;
    const text = percent < 100 ? textOf(this.form, "sending", { percent: `${percent} %` }) : textOf(this.form, "arrived");
    this.part("percent").textContent = text;
    if (percent % 25 === 0) this.say(text);
  }

  /** @param {SendError} error */
  failed({ why, said }) {
    const again = why === "lost" || why === "failed";
    this.step(why === "refused" || why === "too-large" ? "choose" : "edit");
    if (why === "stopped") return;
    const text = { lost: "lost", failed: "failed", "too-large": "tooLarge", refused: "failed" }[why];
    this.problem(said || textOf(this.form, text), again);
  }

  /** @param {string | null} text @param {boolean} [again] whether the same file may be sent again */
  problem(text, again = false) {
    this.part("problem-text").textContent = text ?? "";
    this.part("retry").hidden = !again;
    this.part("problem").hidden = text === null;
    if (text !== null) this.part("problem").scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text */
  say(text) {
    this.part("said").textContent = text;
  }
}

/** @param {File} file */
function isPdf(file) {
  return file.type === "application/pdf" || /\.pdf$/i.test(file.name);
}

/** @param {number} bytes */
function sizeOf(bytes) {
  const digits = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return bytes < 1e5 ? `${digits.format(bytes / 1e3)} kB` : `${digits.format(bytes / 1e6)} MB`;
}

document.querySelectorAll("form[data-upload]").forEach((form) => new UploadPage(/** @type {HTMLFormElement} */ (form)));
