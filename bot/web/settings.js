/* Language, size, colours, and starting afresh. */
import { byId } from "./dom.js";
import { forgetConversation, keep, kept } from "./store.js";
import { TEXTS, currentLanguage, t, useLanguage } from "./texts.js";

export function setUpSettings(onLanguage) {
  const root = document.documentElement;
  useLanguage(root.lang === "en" ? "en" : "zh");
  translate();

  const toggle = byId("settings-button");
  const panel = byId("settings");
  const show = (on) => {
    panel.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  };
  toggle.addEventListener("click", () => show(panel.hidden));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { show(false); toggle.focus(); }
  });

  choose("size", kept("size") || "normal", (value) => attribute(root, "data-size", value, "normal"));
  choose("theme", kept("theme") || "auto", (value) => attribute(root, "data-theme", value, "auto"));

  byId("language").addEventListener("click", () => {
    const next = currentLanguage() === "en" ? "zh" : "en";
    keep("language", next);
    useLanguage(next);
    root.lang = next === "en" ? "en" : "zh-CN";
    translate();
    onLanguage();
  });
  byId("forget").addEventListener("click", () => {
    if (!window.confirm(t("forget_sure"))) return;
    forgetConversation();
    window.location.reload();
  });
}

function choose(name, value, apply) {
  document.querySelectorAll('input[name="' + name + '"]').forEach((input) => {
    input.checked = input.value === value;
    input.addEventListener("change", () => { keep(name, input.value); apply(input.value); });
  });
}

function attribute(root, name, value, usual) {
  if (value === usual) root.removeAttribute(name);
  else root.setAttribute(name, value);
}

function translate() {
  document.title = t("title");
  each("data-t", (node, key) => { node.textContent = t(key); });
  each("data-t-label", (node, key) => { node.setAttribute("aria-label", t(key)); });
  each("data-t-placeholder", (node, key) => { node.setAttribute("placeholder", t(key)); });
  const language = byId("language");
  const other = currentLanguage() === "en" ? "zh" : "en";
  language.textContent = other === "en" ? "EN" : "中";
  language.lang = other === "en" ? "en" : "zh-CN";
  language.setAttribute("aria-label", TEXTS[currentLanguage()].switch_language);
}

function each(attributeName, apply) {
  document.querySelectorAll("[" + attributeName + "]").forEach((node) => apply(node, node.getAttribute(attributeName)));
}
