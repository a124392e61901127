/* Tables with boxes to tick: one box ticks all of the page, and the number ticked is told. */
import { find, onPiece } from "./core";

function boxes(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return find<HTMLInputElement>(form, `input[type="checkbox"][name="${name}"]`);
}

function tell(form: HTMLFormElement): void {
  const all = form.querySelector<HTMLInputElement>("[data-all]");
  const place = form.querySelector<HTMLElement>("[data-ticked]");
  if (!all) return;
  const every = boxes(form, all.dataset.all ?? "");
  const ticked = every.filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === every.length;
  all.indeterminate = ticked > 0 && ticked < every.length;
  if (place) place.textContent = String(ticked);
}

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (!box.form) return;
  if (box.matches("[data-all]")) for (const one of boxes(box.form, box.dataset.all ?? "")) one.checked = box.checked;
  tell(box.form);
});

onPiece((root) => find(root, "[data-all]").forEach((box) => tell((box as HTMLInputElement).form!)));
