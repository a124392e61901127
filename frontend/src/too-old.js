/* Plain ES5: sends a browser that lacks what the pages need to the page that says so; dark before the first paint. No words, no libraries. */
(function () {
  var root = document.documentElement;
  var page = root.getAttribute("data-too-old");
  var able = "noModule" in document.createElement("script") && "fetch" in window && "Promise" in window &&
    "customElements" in window && window.CSS && CSS.supports && CSS.supports("display", "grid") &&
    CSS.supports("color", "var(--x)") && "replaceAll" in String.prototype && "DataTransfer" in window;
  try { // the person's choice of night or day, before anything is painted
    var theme = localStorage.getItem("xh.theme");
    if (theme) { root.setAttribute("data-theme", theme); }
  } catch (ignored) { /* storage may be forbidden */ }
  if (!able && page && location.href.indexOf(page) < 0) { location.replace(page); }
})();
