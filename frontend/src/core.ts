/* What every page has: partial updates, toasts, dialogs, marked choices, clocks. */
import "./old";
import htmx from "htmx.org";
import { say } from "./words";

type Kind = "plain" | "ok" | "bad";
interface Toast { text: string; kind?: Kind; undo?: string; link?: string; label?: string; seconds?: number }

/** Runs for the page and again for every piece that is swapped in. */
const starters: Array<(root: ParentNode) => void> = [];
export function onPiece(start: (root: ParentNode) => void): void {
  starters.push(start);
  if (document.readyState !== "loading") start(document);
}

export function find<T extends Element>(root: ParentNode, selector: string): T[] {
  const found = Array.from(root.querySelectorAll<T>(selector));
  if (root instanceof Element && root.matches(selector)) found.unshift(root as unknown as T);
  return found;
}

/** The token of forms: the cookie's, since a page kept on the phone may carry one from before the last sign-in. */
export function csrf(): string {
  const house = document.body.classList.contains("xh-practiced") ? "xiuhua_practice" : "xiuhua";
  const kept = document.cookie.split("; ").find((one) => one.startsWith(`${house}_csrf=`));
  return kept?.split("=")[1] ?? document.body.dataset.csrf ?? "";
}

/** A sentence at the foot of the page. Bad news stays until it is closed. */
export function toast({ text, kind = "plain", undo = "", link = "", label = "", seconds = 6 }: Toast): void {
  const place = document.getElementById("xh-toasts");
  if (!place) return;
  const box = document.createElement("div");
  box.className = `xh-toast xh-toast--${kind}`;
  box.dataset.toast = kind === "bad" || link ? "stay" : String(undo ? Math.max(seconds, 10) : seconds);
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (undo) box.append(undoButton(undo, box));
  if (link) {
    const way = document.createElement("a");
    way.href = link;
    way.textContent = label;
    box.append(way);
  }
  place.append(box);
  armToast(box);
}

function undoButton(address: string, box: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say("撤回");
  button.addEventListener("click", () => {
    box.remove();
    void htmx.ajax("POST", address, { source: document.body, swap: "none" });
  });
  return button;
}

function armToast(box: HTMLElement): void {
  if (box.dataset.armed) return;
  box.dataset.armed = "1";
  const seconds = Number(box.dataset.toast);
  if (seconds) {
    setTimeout(() => box.remove(), seconds * 1000);
    return;
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = say("关闭");
  close.addEventListener("click", () => box.remove());
  box.append(close);
}

function openDialog(dialog: Element | null): void {
  if (!dialog) return;
  const box = dialog as HTMLDialogElement;
  if (typeof box.showModal === "function") { if (!box.open) box.showModal(); } else box.setAttribute("open", "");
}

function closeDialog(dialog: Element | null | undefined): void {
  if (!dialog) return;
  const box = dialog as HTMLDialogElement;
  if (typeof box.close === "function" && box.open) box.close(); else box.removeAttribute("open");
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-open]");
  if (opener) { event.preventDefault(); openDialog(document.querySelector(opener.dataset.open ?? "")); return; }
  if (target.closest("[data-close]")) { closeDialog(target.closest("dialog")); return; }
  if (target instanceof HTMLDialogElement && target.open) closeDialog(target); // the backdrop
});

/** Marks the label of a checked radio or box, since older browsers lack :has(). */
function markChoices(root: ParentNode): void {
  for (const input of find<HTMLInputElement>(root, ".xh-choice input, .xh-kind input")) {
    input.closest("label")?.toggleAttribute("data-on", input.checked);
  }
}
document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (input.form) markChoices(input.form); else markChoices(document);
});

/** A form goes once: a second press while it is under way is no second act. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method === "dialog" || form.dataset.again !== undefined) return;
  if (form.dataset.under) { event.preventDefault(); return; }
  if (find(form, "[hx-post]").includes(form)) return;
  form.dataset.under = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of find<HTMLFormElement>(document, "form[data-under]")) delete form.dataset.under;
});

/** How long until a deadline, in words; the page carries the server's clock. */
export function remaining(due: number, now: number): string {
  const minutes = Math.floor(Math.abs(due - now) / 60000);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (due < now) {
    const time = d ? say("{d} 天 {h} 小时", { d, h }) : h ? say("{h} 小时 {m} 分", { h, m }) : say("{m} 分", { m });
    return say("超时 {time}", { time });
  }
  const clock = `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
  return say("剩余 {time}", { time: d ? say("{d} 天 {h} 小时", { d, h }) : clock });
}

const skew = Date.parse(document.body.dataset.now ?? "") - Date.now() || 0;
function tick(root: ParentNode): void {
  const now = Date.now() + skew;
  for (const box of find<HTMLElement>(root, "[data-due]")) {
    const due = Date.parse(box.dataset.due ?? "");
    if (!due) continue;
    box.textContent = remaining(due, now);
    const warn = Date.parse(box.dataset.warn ?? "") || due - 3600000;
    box.classList.toggle("xh-tag--late", due < now);
    box.classList.toggle("xh-tag--warn", due >= now && now >= warn);
    box.classList.toggle("xh-tag--ok", due >= now && now < warn);
  }
}
setInterval(() => tick(document), 20000);

/** Night, day, and large type are the person's own choice and stay on the device. */
function wear(): void {
  const theme = localStorage.getItem("xh.theme") ?? "";
  const care = localStorage.getItem("xh.care") === "yes";
  if (theme) document.documentElement.dataset.theme = theme; else delete document.documentElement.dataset.theme;
  document.body.classList.toggle("xh-care", care);
  for (const button of find<HTMLElement>(document, "[data-theme-set]")) button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
  for (const button of find<HTMLElement>(document, "[data-care]")) button.setAttribute("aria-pressed", String(care));
}
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-theme-set], [data-care], [data-print], [data-copy]");
  if (!button) return;
  if (button.dataset.themeSet !== undefined) {
    if (button.dataset.themeSet) localStorage.setItem("xh.theme", button.dataset.themeSet); else localStorage.removeItem("xh.theme");
  }
  if (button.dataset.care !== undefined) {
    localStorage.setItem("xh.care", document.body.classList.contains("xh-care") ? "no" : "yes");
  }
  if (button.dataset.print !== undefined) window.print();
  if (button.dataset.copy !== undefined) void navigator.clipboard?.writeText(button.dataset.copy);
  wear();
});
try { wear(); } catch { /* storage may be forbidden */ }

document.addEventListener("xh:toast", (event) => toast((event as CustomEvent<Toast>).detail));
document.addEventListener("htmx:response:error", (event) => {
  const status = (event as CustomEvent).detail?.ctx?.response?.status ?? 0;
  if (status >= 500) toast({ text: say("系统出错了，内容没有提交，已填的还在。"), kind: "bad" });
});
document.addEventListener("htmx:error", (event) => {
  const detail = (event as CustomEvent).detail;
  if (detail?.error instanceof TypeError && detail.ctx) {
    toast({ text: say("网络没有连上，内容没有提交。请稍后再试。"), kind: "bad" });
  }
});

onPiece((root) => {
  markChoices(root);
  tick(root);
  find<HTMLElement>(root, "[data-toast]").forEach(armToast);
  find<HTMLElement>(root, ".xh-wrongs")[0]?.focus();
  find(root, "dialog[data-open-now]").forEach(openDialog);
  for (const form of find<HTMLFormElement>(root, "form[data-submit-on-change]")) {
    if (form.dataset.armed) continue;
    form.dataset.armed = "1";
    form.addEventListener("change", () => form.requestSubmit?.());
  }
});
document.addEventListener("htmx:after:swap", () => starters.forEach((start) => start(document)));
export { htmx };
