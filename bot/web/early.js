/* Before anything is drawn: the chosen colours, size and language, so that nothing flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  function kept(name) {
    try { return window.localStorage.getItem("gongyou." + name); } catch (error) { return null; }
  }
  var theme = kept("theme");
  if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
  var size = kept("size");
  if (size === "large" || size === "huge") root.setAttribute("data-size", size);
  var tags = { zh: "zh-CN", "zh-hant": "zh-Hant", en: "en" };
  var phone = navigator.language || "";
  root.lang = tags[kept("language")]
    || (/^en/i.test(phone) ? "en" : /^zh-(hant|tw|hk|mo)/i.test(phone) ? "zh-Hant" : "zh-CN");
})();
