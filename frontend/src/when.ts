/* `data-when="verdict=rework"` shows a part while that choice is made; without scripts it is always there.
   `data-unit-of="item"` says the unit of the chosen thing, which stands in its data-unit. */
import { find, onPiece } from "./core";

function show(root: ParentNode): void {
  for (const part of find<HTMLElement>(root, "[data-when]")) {
    const [name, value] = (part.dataset.when ?? "").split("=");
    const form = part.closest("form");
    if (!form) continue;
    const on = new FormData(form).getAll(name).includes(value);
    part.hidden = !on;
    for (const input of find<HTMLInputElement>(part, "input, select, textarea")) input.disabled = !on;
  }
}
function units(root: ParentNode): void {
  for (const place of find<HTMLElement>(root, "[data-unit-of]")) {
    place.textContent = place.closest("form")?.querySelector<HTMLElement>(`[name="${place.dataset.unitOf}"]:checked`)?.dataset.unit ?? "";
  }
}
document.addEventListener("change", () => { show(document); units(document); });
document.addEventListener("reset", () => setTimeout(() => show(document)));
onPiece((root) => { show(root); units(root); });
