/* Work in the background: a page that shows some remembers it, and whatever page is open when it ends says so. */
import { toast } from "./core";
import { say } from "./words";

const KEPT = "xh.jobs";
const EVERY = 10000;

function kept(): string[] {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "[]"); } catch { return []; }
}

function keep(addresses: string[]): void {
  try { localStorage.setItem(KEPT, JSON.stringify(addresses.slice(-20))); } catch { /* a browser that keeps nothing only says nothing */ }
}

function here(): string[] {
  return Array.from(document.querySelectorAll<HTMLElement>("[data-job]")).map((one) => one.dataset.job ?? "");
}

async function ask(): Promise<void> {
  const shown = here();
  const addresses = Array.from(new Set(kept().concat(shown)));
  keep(addresses);
  for (const address of addresses) {
    if (document.hidden || shown.includes(address)) continue;
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    if (!answer || answer.status === 204 || answer.status >= 500) continue;
    keep(kept().filter((one) => one !== address));
    if (!answer.ok || answer.redirected) continue;
    const told = await answer.json();
    if (location.pathname !== told.link) toast({ text: told.text, kind: told.well ? "ok" : "bad", link: told.link, label: say("看结果") });
  }
}

if (document.querySelector(".xh-desk")) {
  void ask();
  window.setInterval(() => { if (kept().length || here().length) void ask(); }, EVERY);
}
