/* Where the rider writes. */
import { byId } from "./dom.js";
import { t } from "./texts.js";

const READ = 1000;
const SIGN_EVERY = 3000;

export class Composer {
  /* `onType` is called at most every three seconds while something is being written. */
  constructor(onSend, onType) {
    this.field = byId("write");
    this.hint = byId("hint");
    this.sendButton = byId("send");
    this.expected = null;
    this.said = null;
    this.onSend = onSend;
    this.signed = 0;
    byId("write-form").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener("input", () => {
      this.changed();
      if (this.field.value.trim() && Date.now() - this.signed > SIGN_EVERY) {
        this.signed = Date.now();
        onType();
      }
    });
    this.field.addEventListener("keydown", (event) => {
      // Enter that ends a word of the Chinese keyboard is not meant as "send".
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    this.changed();
  }

  submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.signed = 0;
    this.say(null);
    this.expect(null);
    this.changed();
    this.field.focus();
    this.onSend(text);
  }

  changed() {
    const length = this.field.value.length;
    this.sendButton.disabled = !this.field.value.trim();
    if (length > READ) this.show(t("too_long", { count: length }), true);
    else if (this.said) this.show(t(this.said.key), this.said.trouble);
    else this.show("", false);
    this.field.style.height = "auto";
    this.field.style.height = this.field.scrollHeight + 2 + "px";
  }

  /* A short word above the field, by its key; null takes it away. */
  say(key, trouble) {
    this.said = key ? { key, trouble: Boolean(trouble) } : null;
    this.changed();
  }

  show(text, trouble) {
    this.hint.hidden = !text;
    this.hint.textContent = text;
    this.hint.classList.toggle("trouble", trouble);
  }

  /* What the open question wants: a phone number brings up the right keys. */
  expect(what) {
    this.expected = what;
    this.field.setAttribute("inputmode", what === "phone" ? "tel" : "text");
    this.words();
  }

  words() {
    const key = this.expected ? "placeholder_" + this.expected : "placeholder";
    this.field.setAttribute("data-t-placeholder", key);
    this.field.setAttribute("placeholder", t(key));
    this.changed();
  }

  put(text) {
    this.field.value = text;
    this.changed();
    this.focus();
  }

  focus() {
    this.field.focus();
  }
}
