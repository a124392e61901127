/* Plain ES5: sends a browser that lacks what the pages need to the page that says so. No words, no libraries. */
(function () {
  var root = document.documentElement;
  var page = root.getAttribute("data-too-old");
  var able = "noModule" in document.createElement("script") && "fetch" in window && "Promise" in window &&
    "customElements" in window && window.CSS && CSS.supports && CSS.supports("display", "grid") &&
    CSS.supports("color", "var(--x)") && "replaceAll" in String.prototype && "DataTransfer" in window;
  if (!able && page && location.href.indexOf(page) < 0) { location.replace(page); }
})();
