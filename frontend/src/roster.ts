/* The month's roster by keyboard: arrows move, Shift selects, copy and paste as a table (to and from Excel too). */
import { find } from "./core";

let anchor: HTMLInputElement | null = null;

function place(input: HTMLInputElement): { row: number; column: number } {
  const cell = input.closest("td")!;
  return { row: (cell.parentElement as HTMLTableRowElement).sectionRowIndex, column: cell.cellIndex };
}

function at(form: HTMLFormElement, row: number, column: number): HTMLInputElement | null {
  return form.querySelector("tbody")?.rows[row]?.cells[column]?.querySelector("input") ?? null;
}

function chosen(form: HTMLFormElement, from: HTMLInputElement, to: HTMLInputElement): HTMLInputElement[][] {
  const a = place(from), b = place(to), found: HTMLInputElement[][] = [];
  for (let row = Math.min(a.row, b.row); row <= Math.max(a.row, b.row); row += 1) {
    const line: HTMLInputElement[] = [];
    for (let column = Math.min(a.column, b.column); column <= Math.max(a.column, b.column); column += 1) {
      const input = at(form, row, column);
      if (input) line.push(input);
    }
    found.push(line);
  }
  return found;
}

function mark(form: HTMLFormElement, to: HTMLInputElement | null): void {
  find(form, "td[data-chosen]").forEach((cell) => cell.removeAttribute("data-chosen"));
  if (to && anchor && anchor !== to) chosen(form, anchor, to).flat().forEach((one) => one.closest("td")!.setAttribute("data-chosen", ""));
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };

function gridOf(event: Event): { form: HTMLFormElement; input: HTMLInputElement } | null {
  const input = event.target as HTMLInputElement;
  const form = input.closest?.<HTMLFormElement>("form[data-grid]");
  return form && input.matches("td input") ? { form, input } : null;
}

document.addEventListener("keydown", (event) => {
  const here = gridOf(event);
  if (!here || event.isComposing || event.ctrlKey || event.metaKey) return;
  const step = STEPS[event.key];
  if (event.key === "Delete" && anchor) {
    chosen(here.form, anchor, here.input).flat().forEach((one) => { one.value = ""; });
    event.preventDefault();
  }
  if (!step) return;
  const { row, column } = place(here.input);
  const next = at(here.form, row + step[0], column + step[1]);
  event.preventDefault();
  if (!next) return;
  if (!event.shiftKey) anchor = next;
  next.focus();
  next.select();
  mark(here.form, next);
});

document.addEventListener("focusin", (event) => {
  const here = gridOf(event);
  if (here && !anchor) anchor = here.input;
});

document.addEventListener("mousedown", (event) => {
  const here = gridOf(event);
  if (!here) return;
  if (event.shiftKey && anchor) { event.preventDefault(); here.input.focus(); } else anchor = here.input;
  mark(here.form, here.input);
});

document.addEventListener("copy", (event) => {
  const here = gridOf(event);
  if (!here || !anchor || !event.clipboardData) return;
  const rows = chosen(here.form, anchor, here.input).map((line) => line.map((one) => one.value).join("\t"));
  event.clipboardData.setData("text/plain", rows.join("\n"));
  event.preventDefault();
});

document.addEventListener("paste", (event) => {
  const here = gridOf(event);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!here || !text) return;
  event.preventDefault();
  const rows = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const area = anchor ? chosen(here.form, anchor, here.input) : [[here.input]];
  const first = place(area[0]![0]!);
  const high = Math.max(rows.length, area.length), wide = Math.max(rows[0]!.length, area[0]!.length);
  for (let row = 0; row < high; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      const input = at(here.form, first.row + row, first.column + column);
      if (input) input.value = (rows[row % rows.length]![column % rows[0]!.length] ?? "").trim().slice(0, 4);
    }
  }
});
