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
  var language = kept("language") || (/^en/i.test(navigator.language || "") ? "en" : "zh");
  root.lang = language === "en" ? "en" : "zh-CN";
})();
