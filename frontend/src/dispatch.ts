/* The dispatch desk: the button names who gets the case, the focus stays in the list, and what others did is told. */
import { find, onPiece } from "./core";
import { say } from "./words";

/** The button says to whom: 派遣给王海涛. Choosing from the list of others chooses “other”. */
function name(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLElement>("[data-dispatch]");
  const words = button?.querySelector("[data-dispatch-words]");
  if (!button || !words) return;
  const chosen = form.querySelector<HTMLInputElement>("[data-addressees] input[name='to']:checked");
  const others = form.querySelector<HTMLSelectElement>("[data-other]");
  const other = others?.selectedOptions[0]?.dataset.name ?? "";
  const whom = chosen?.value === "other" ? other : chosen?.dataset.name ?? "";
  words.textContent = whom ? (button.dataset.dispatch ?? "").replace("{name}", whom) : say("派遣");
}

document.addEventListener("change", (event) => {
  const box = event.target as HTMLElement;
  const form = box.closest<HTMLFormElement>("form.desk-form, form[data-case]");
  if (!form) return;
  if (box.matches("[data-other]")) {
    const other = form.querySelector<HTMLInputElement>("input[name='to'][value='other']");
    if (other) { other.checked = true; other.dispatchEvent(new Event("change", { bubbles: true })); }
  }
  name(form);
});

/** After a step the next case is open: the keys go on from its row. A page that just opened keeps its beginning. */
let begun = false;
function refocus(): void {
  if (!begun) { begun = true; return; }
  const lost = document.activeElement === document.body || !document.activeElement;
  if (!lost || document.querySelector("#desk-pane .xh-wrongs, dialog[open]")) return;
  document.querySelector<HTMLElement>("#desk-list [data-id][aria-current]")?.focus({ preventScroll: false });
}

/** The chosen row and the map's pin follow the pane, whoever opened the case. */
let shown = "";
function follow(): void {
  const id = document.querySelector<HTMLElement>("#desk-pane [data-case]")?.dataset.case ?? "";
  if (id === shown) return;
  shown = id;
  for (const row of find<HTMLElement>(document, "#desk-list [data-id]")) {
    if (row.dataset.id === id) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
  }
  document.dispatchEvent(new CustomEvent("xh:select", { detail: { id, from: "list" } }));
}

/** Somebody else moved the open case, within the list or out of it: say so before the form is sent in vain. */
let listed = "";
function compare(): void {
  const form = document.querySelector<HTMLFormElement>("#desk-pane form[data-case]");
  const note = form?.querySelector<HTMLElement>("[data-moved]");
  if (!form || !note) return;
  const id = form.dataset.case ?? "";
  const row = document.querySelector<HTMLElement>(`#desk-list [data-id="${id}"]`);
  const version = form.querySelector<HTMLInputElement>("input[name='version']")?.value;
  if (row ? row.dataset.version !== version : listed === id) note.hidden = false;
  if (row) listed = id;
}

/** Where list and pane stand one below the other, a chosen case comes into view. */
document.addEventListener("click", (event) => {
  if (!(event.target as Element).closest("#desk-list [data-id]") || window.innerWidth > 820) return;
  document.addEventListener("htmx:after:swap", () => document.getElementById("desk-pane")?.scrollIntoView({ block: "start" }), { once: true });
});

onPiece(() => {
  const form = document.querySelector<HTMLFormElement>("#desk-pane form[data-case]");
  if (form) name(form);
  if (!document.getElementById("desk-list")) return;
  follow();
  compare();
  refocus();
});
