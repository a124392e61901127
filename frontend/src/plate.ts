/* The plate: a field shown as the boxes of a number plate, keys that follow, and how often the vehicle was warned. */
import { csrf, find, onPiece } from "./core";
import { say } from "./words";

const LETTER = /^[A-HJ-NP-Z]$/;
/** As `PLATE` in enforcement; the office decides, this one only knows when it is worth asking. */
const WHOLE = /^[\u4e00-\u9fa5][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[学警港澳挂]|[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])$/;

function arm(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>("input");
  const words = document.querySelector<HTMLElement>("[data-repeat-words]");
  if (!input) return;
  const cells = document.createElement("span");
  cells.className = "xh-plate__cells";
  cells.setAttribute("aria-hidden", "true");
  for (let n = 0; n < 8; n += 1) cells.append(document.createElement("i"));
  box.append(cells);
  box.classList.add("xh-plate--on");
  let asked = "";

  const draw = (): void => {
    const typed = Array.from(input.value.toUpperCase().replace(/[·\s]/g, ""));
    const plain = typed.slice(0, 8).join("");
    if (plain !== input.value) input.value = plain;
    Array.from(cells.children).forEach((cell, n) => {
      cell.textContent = typed[n] ?? (n === 7 ? say("新能源") : "");
      cell.toggleAttribute("data-soft", !typed[n]);
      cell.toggleAttribute("data-next", n === typed.length);
      cell.toggleAttribute("data-green", n === 7 || typed.length === 8);
    });
    keys(typed.length);
    if (WHOLE.test(plain)) { if (asked !== plain) void ask(plain); } else if (words) { asked = ""; words.hidden = true; }
  };

  /** The first character is a province, the second a letter, the last of a short plate may be a word. */
  const keys = (length: number): void => {
    for (const set of find<HTMLElement>(document, "[data-keys]")) set.hidden = (set.dataset.keys === "provinces") !== (length === 0);
    for (const key of find<HTMLElement>(document, "[data-keys] [data-done]")) key.classList.toggle("xh-pad__go", WHOLE.test(input.value));
    for (const key of find<HTMLButtonElement>(document, "[data-keys] [data-put]")) {
      const put = key.dataset.put ?? "";
      if (/\d/.test(put)) key.disabled = length === 1;
      else if (!LETTER.test(put) && key.closest("[data-keys='letters']")) key.disabled = length !== 6;
    }
  };

  const ask = async (plate: string): Promise<void> => {
    if (!words || !box.dataset.repeat) return;
    asked = plate;
    const body = new FormData();
    body.append("plate", plate);
    try {
      const answer = await fetch(box.dataset.repeat, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf(), Accept: "application/json" } });
      if (!answer.ok) return;
      const told = (await answer.json()) as { times: number | null; words: string };
      if (asked !== plate) return;
      words.textContent = told.words;
      words.className = `xh-note${told.times ? " xh-note--warn" : " xh-note--ok"}`;
      words.hidden = !told.words;
    } catch {
      words.textContent = say("没有网络，提交后再比对警告次数。");
      words.className = "xh-note";
      words.hidden = false;
    }
  };

  input.addEventListener("input", draw);
  input.form?.addEventListener("reset", () => setTimeout(draw));
  draw();
}

onPiece((root) => {
  for (const box of find<HTMLElement>(root, "[data-plate]")) {
    if (box.dataset.armed) continue;
    box.dataset.armed = "1";
    arm(box);
  }
});
