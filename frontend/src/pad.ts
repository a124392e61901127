/* Keys on the page for gloves and sunlight: `data-pad="#quantity"` types into that field instead of the phone's keyboard.

   Keys are buttons with data-put, data-back, data-clear. `data-pad-auto` opens it with the field and closes it by data-done. */
import { find, onPiece } from "./core";

function type(input: HTMLInputElement, value: string): void {
  const most = input.maxLength > 0 ? input.maxLength : 99;
  input.value = value.slice(0, most);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function arm(pad: HTMLElement): void {
  const input = document.querySelector<HTMLInputElement>(pad.dataset.pad ?? "");
  if (!input) return;
  input.setAttribute("inputmode", "none");
  const auto = pad.dataset.padAuto !== undefined;
  const open = (on: boolean): void => {
    pad.hidden = !on;
    document.body.classList.toggle("xh-padded", on && auto);
    if (on && auto) input.scrollIntoView({ block: "center" });
  };
  open(!auto);
  pad.addEventListener("pointerdown", (event) => { if (auto) event.preventDefault(); }); // the focus stays in the field
  pad.addEventListener("click", (event) => {
    const key = (event.target as Element).closest<HTMLElement>("button");
    if (!key) return;
    navigator.vibrate?.(8);
    if (key.dataset.put !== undefined) type(input, input.value + key.dataset.put);
    else if (key.dataset.back !== undefined) type(input, Array.from(input.value).slice(0, -1).join(""));
    else if (key.dataset.clear !== undefined) type(input, "");
    else if (key.dataset.done !== undefined) { open(false); input.blur(); }
  });
  if (!auto) return;
  input.addEventListener("focus", () => open(true));
  input.addEventListener("click", () => open(true));
  if (document.activeElement === input) open(true);
  document.addEventListener("focusin", (event) => {
    const at = event.target as Element;
    if (at !== input && !pad.contains(at)) open(false);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") open(false); });
}

onPiece((root) => {
  for (const pad of find<HTMLElement>(root, "[data-pad]")) {
    if (pad.dataset.armed) continue;
    pad.dataset.armed = "1";
    arm(pad);
  }
});
