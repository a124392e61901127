/* Maps come when they are seen, after everything else: the bundle is large. */
import { find, onPiece } from "./core";

onPiece((root) => {
  const boxes = find<HTMLElement>(root, "[data-map]").filter((box) => !box.dataset.mapped);
  if (!boxes.length) return;
  boxes.forEach((box) => { box.dataset.mapped = "1"; });
  const start = (): void => { void import("./map").then(({ openMap }) => boxes.forEach(openMap)); };
  if (document.readyState === "complete") setTimeout(start); else window.addEventListener("load", () => setTimeout(start));
});
