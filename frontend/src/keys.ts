/* Work by keyboard: `data-key` on a control presses it, J and K walk a list, `?` shows what there is. */
import { find } from "./core";

function typing(target: EventTarget | null): boolean {
  const box = target as HTMLElement | null;
  if (!box || !box.closest) return false;
  return Boolean(box.closest("textarea, select, [contenteditable]")) ||
    (box instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(box.type));
}

export const keysOn = (): boolean => localStorage.getItem("xh.keys") !== "off";

function seen(box: HTMLElement): boolean {
  return box.getClientRects().length > 0 && !box.matches(":disabled");
}

/** Moves the chosen row of the list by one and opens it. */
function walk(step: 1 | -1): boolean {
  const list = document.querySelector<HTMLElement>("[data-list]");
  if (!list) return false;
  const rows = find<HTMLElement>(list, "[data-id]").filter(seen);
  const here = rows.findIndex((row) => row.matches("[aria-current], [aria-selected='true']"));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  if (!next || rows[here] === next) return Boolean(next);
  choose(list, next);
  return true;
}

function choose(list: HTMLElement, row: HTMLElement, from = "list"): void {
  mark(list, row);
  row.scrollIntoView({ block: "nearest" });
  row.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("xh:select", { detail: { id: row.dataset.id, from } }));
  row.click();
}

function mark(list: HTMLElement, row: HTMLElement): void {
  for (const other of find<HTMLElement>(list, "[data-id]")) {
    if (other === row) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
  }
}

document.addEventListener("click", (event) => {
  const row = (event.target as Element).closest<HTMLElement>("[data-list] [data-id]");
  if (!row || !event.isTrusted) return;
  mark(row.closest<HTMLElement>("[data-list]")!, row);
  document.dispatchEvent(new CustomEvent("xh:select", { detail: { id: row.dataset.id, from: "list" } }));
});
document.addEventListener("xh:select", (event) => {
  const { id, from } = (event as CustomEvent<{ id: string; from?: string }>).detail;
  if (from === "list") return;
  const list = document.querySelector<HTMLElement>("[data-list]");
  const row = list && find<HTMLElement>(list, "[data-id]").find((box) => box.dataset.id === String(id));
  if (list && row) choose(list, row);
});

function press(key: string): boolean {
  const open = document.querySelector<HTMLElement>("dialog[open]");
  const control = find<HTMLElement>(open ?? document, "[data-key]").find(
    (box) => (box.dataset.key ?? "").toLowerCase() === key.toLowerCase() && seen(box));
  if (!control) return false;
  if (control instanceof HTMLInputElement && ["text", "search"].includes(control.type)) control.focus();
  else control.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && typing(event.target)) {
    if (press("Enter")) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target)) { (event.target as HTMLElement).blur(); return; }
  if (typing(event.target)) return;
  const onControl = (event.target as HTMLElement).closest?.("a, button, summary, input, [role='slider']");
  if (event.key === "Enter" && onControl && !onControl.matches("[data-list] [data-id], input[type='radio']")) return;
  if (event.key.length === 1 && !keysOn() && event.key !== "?") return;
  const open = document.querySelector("dialog[open]");
  const done = (!open && (event.key === "j" || event.key === "J") && walk(1)) ||
    (!open && (event.key === "k" || event.key === "K") && walk(-1)) || press(event.key);
  if (done) event.preventDefault();
});

/** The help lists the keys of the page as it is. */
document.addEventListener("click", (event) => {
  if (!(event.target as Element).closest("[data-open='#xh-keys']")) return;
  const place = document.querySelector("#xh-keys dl");
  if (!place) return;
  const known = new Map<string, string>();
  for (const box of find<HTMLElement>(document, "[data-key]")) {
    const words = box.dataset.keyLabel ?? box.getAttribute("aria-label") ?? (box.textContent ?? "").trim();
    if (box.dataset.key && words && seen(box) && !box.closest("dialog")) known.set(box.dataset.key, words);
  }
  find(place, "[data-own]").forEach((row) => row.remove());
  for (const [key, words] of known) {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key.length === 1 ? key.toUpperCase() : key;
    term.append(kbd);
    const meaning = document.createElement("dd");
    meaning.textContent = words;
    [term, meaning].forEach((part) => { part.dataset.own = ""; place.append(part); });
  }
});
document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.matches("[data-keys-switch]")) localStorage.setItem("xh.keys", box.checked ? "on" : "off");
});
find<HTMLInputElement>(document, "[data-keys-switch]").forEach((box) => { box.checked = keysOn(); });
