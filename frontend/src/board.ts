/* The day's posting: a person's row is dragged onto a road or a fixed post. The same is done by keyboard in the fields. */
import { find } from "./core";

const TYPE = "text/x-person";

document.addEventListener("dragstart", (event) => {
  const row = (event.target as Element).closest?.<HTMLElement>("[data-board] [data-person]");
  if (!row || !event.dataTransfer) return;
  event.dataTransfer.setData(TYPE, row.dataset.person ?? "");
  event.dataTransfer.effectAllowed = "copy";
});

function over(event: DragEvent): HTMLElement | null {
  const place = (event.target as Element).closest?.<HTMLElement>("[data-board] [data-drop]");
  return place && event.dataTransfer?.types.includes(TYPE) ? place : null;
}

document.addEventListener("dragover", (event) => {
  const place = over(event);
  find(document, "[data-over]").forEach((one) => { if (one !== place) one.removeAttribute("data-over"); });
  if (!place) return;
  event.preventDefault();
  place.setAttribute("data-over", "");
});

document.addEventListener("drop", (event) => {
  const place = over(event);
  if (!place || !event.dataTransfer) return;
  event.preventDefault();
  place.removeAttribute("data-over");
  const code = event.dataTransfer.getData(TYPE);
  const form = place.closest("form")!;
  const row = form.querySelector<HTMLElement>(`[data-person="${CSS.escape(code)}"]`);
  if (!row) return;
  form.querySelector<HTMLInputElement>(`[name="status-${CSS.escape(code)}"][value="present"]`)?.click();
  if (place instanceof HTMLSelectElement) place.value = code;
  else putPlace(form, row, place, code);
});

function putPlace(form: Element, row: HTMLElement, place: HTMLElement, code: string): void {
  const field = form.querySelector<HTMLInputElement>(`[name="place-${CSS.escape(code)}"]`);
  const name = place.dataset.place ?? "";
  if (!field) return;
  const names = field.value.split(/[、，,]\s*/).filter(Boolean);
  if (!names.includes(name)) names.push(name);
  field.value = names.join("、");
  place.removeAttribute("data-bare");
  const who = place.querySelector("small");
  if (who) who.textContent = who.dataset.told = [who.dataset.told, row.dataset.name].filter(Boolean).join("、");
}

document.addEventListener("change", (event) => {
  const radio = event.target as HTMLInputElement;
  const row = radio.closest?.<HTMLElement>("[data-board] [data-person]");
  if (row && radio.name.startsWith("status-")) row.toggleAttribute("data-away", radio.value !== "present");
});
