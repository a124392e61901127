/* Choosing many cases in the list: a range with Shift, all of the page, how many; kept while the list is refreshed. */
import { find, onPiece } from "./core";
import { say } from "./words";

const chosen = new Set<string>();
let last = "";

function boxes(): HTMLInputElement[] {
  return find<HTMLInputElement>(document, "input[data-pick]");
}

function tell(): void {
  const form = document.querySelector<HTMLFormElement>("[data-bulk]");
  if (!form) return;
  const every = boxes();
  const n = every.filter((box) => box.checked).length;
  const whole = form.querySelector<HTMLInputElement>("input[name='all']")?.checked ?? false;
  form.dataset.ready = "";
  form.toggleAttribute("data-some", n > 0 || whole);
  const place = form.querySelector("[data-picked]");
  if (place) place.textContent = whole || !n ? "" : say("已选 {n} 件", { n: String(n) });
  const all = form.querySelector<HTMLInputElement>("[data-pick-all]");
  if (all) { all.checked = n > 0 && n === every.length; all.indeterminate = n > 0 && n < every.length; }
}

function set(box: HTMLInputElement, on: boolean): void {
  box.checked = on;
  const id = box.dataset.pick ?? "";
  if (on) chosen.add(id); else chosen.delete(id);
}

document.addEventListener("click", (event) => {
  const box = event.target as HTMLInputElement;
  if (!box.matches?.("input[data-pick]")) return;
  const every = boxes();
  const from = every.findIndex((one) => one.dataset.pick === last);
  const here = every.indexOf(box);
  if (event.shiftKey && from >= 0) every.slice(Math.min(from, here), Math.max(from, here) + 1).forEach((one) => set(one, box.checked));
  else set(box, box.checked);
  last = box.dataset.pick ?? "";
  tell();
});

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.matches("[data-pick-all]")) boxes().forEach((one) => set(one, box.checked));
  if (box.closest("[data-bulk]")) tell();
});

/** X ticks the row that the keys stand on. */
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = (event.target as Element).closest?.("#desk-list [data-id]") ?? (event.target === document.body ? document.querySelector("#desk-list [data-id][aria-current]") : null);
  const box = row?.parentElement?.querySelector<HTMLInputElement>("input[data-pick]");
  if (box) { box.click(); event.preventDefault(); }
});

onPiece(() => {
  const every = boxes();
  if (!every.length) return;
  const here = new Set(every.map((box) => box.dataset.pick ?? ""));
  for (const id of Array.from(chosen)) if (!here.has(id)) chosen.delete(id);
  every.forEach((box) => { box.checked = chosen.has(box.dataset.pick ?? "") || box.checked; });
  tell();
});
