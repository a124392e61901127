/* A register that is too wide for a phone turns into cards: each cell carries the heading of its column. Printed, and
   where no script runs, it stays the table that it is. */
import { find, onPiece } from "./core";

const LONG = 13; // more characters than half a phone holds beside their label
const narrow = window.matchMedia("(max-width: 820px)");

function label(table: HTMLTableElement): void {
  const heads = Array.from(table.tHead?.rows[0]?.cells ?? []).map((head) => (head.firstChild?.textContent ?? "").trim());
  for (const row of Array.from(table.tBodies).flatMap((body) => Array.from(body.rows))) {
    let column = 0;
    for (const cell of Array.from(row.cells)) {
      const words = cell.textContent?.trim() ?? "";
      cell.dataset.label = heads[column] ?? "";
      cell.toggleAttribute("data-long", words.length + (heads[column]?.length ?? 0) > LONG || cell.querySelector("form, ul") !== null);
      cell.toggleAttribute("data-none", (!words || words === "—") && !cell.firstElementChild);
      column += cell.colSpan;
    }
  }
}

function fit(root: ParentNode): void {
  for (const table of find<HTMLTableElement>(root, ".xh-table-wrap > .desk-table:not(.desk-posting)")) {
    table.removeAttribute("data-cards");
    const room = table.parentElement as HTMLElement;
    if (!narrow.matches || room.scrollWidth <= room.clientWidth + 1) continue;
    label(table);
    table.setAttribute("data-cards", "");
  }
}

onPiece(fit);
narrow.addEventListener?.("change", () => fit(document));

/** Where one is in the menu is seen, also when the menu is longer than the screen. */
document.querySelector(".xh-menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
