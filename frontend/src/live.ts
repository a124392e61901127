/* Live pages: ask every two seconds what is new; 204 means nothing. The address is in data-live-url; data-live-every
   gives other seconds, since a phone has a battery. A part marked data-live-part is fetched anew when something changed.

   An answer is either HTML with <hx-partial> pieces, or JSON {"changed": ["cases"], "toast": {…}}.
   The header X-Live-After says where to go on. Whoever shows something listens to `xh:changed` on body. */
import { htmx, toast } from "./core";
import { say } from "./words";

const holder = document.querySelector<HTMLElement>("[data-live-url]");
const EVERY = Number(holder?.dataset.liveEvery ?? 2) * 1000;
let after = holder?.dataset.liveAfter ?? "";
let wait = EVERY;
let timer = 0;
let asking = false;

function show(state: "well" | "broken"): void {
  for (const place of Array.from(document.querySelectorAll<HTMLElement>(".xh-live"))) {
    place.dataset.state = state;
    const time = new Date().toTimeString().slice(0, 8);
    const words = place.querySelector(".xh-live__text");
    const fresh = place.querySelector(".xh-live__time");
    if (words) words.textContent = state === "well" ? say("连接正常") : say("连接中断，正在重试");
    if (fresh && state === "well") fresh.textContent = say("数据更新于 {time}", { time });
  }
}

async function take(answer: Response): Promise<void> {
  after = answer.headers.get("X-Live-After") ?? after;
  let changed: string[] = [];
  if ((answer.headers.get("Content-Type") ?? "").includes("json")) {
    const body = await answer.json();
    after = body.after !== undefined ? String(body.after) : after;
    changed = body.changed ?? [];
    if (body.toast) toast(body.toast);
  } else {
    await htmx.swap({ text: await answer.text(), sourceElement: document.body, target: document.body, swap: "none" });
  }
  document.body.dispatchEvent(new CustomEvent("xh:changed", { bubbles: true, detail: { changed } }));
}

document.addEventListener("xh:changed", () => {
  const part = document.querySelector<HTMLElement>("[data-live-part]");
  if (!part?.id) return;
  void htmx.ajax("GET", location.href, { source: part, target: `#${part.id}`, select: `#${part.id}`, swap: "outerHTML" });
});

async function ask(): Promise<void> {
  if (asking) return; // a page shown again asks at once, also while an answer is on its way
  if (!holder || document.hidden) { timer = window.setTimeout(ask, EVERY); return; }
  asking = true;
  try {
    const address = new URL(holder.dataset.liveUrl ?? "", location.href);
    if (after) address.searchParams.set("after", after);
    const answer = await fetch(address.href, { headers: { "HX-Request": "true", Accept: "text/html, application/json" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    if (answer.status !== 204) await take(answer);
    wait = EVERY;
    show("well");
  } catch {
    wait = Math.min(wait * 2, 30000);
    show("broken");
  }
  asking = false;
  timer = window.setTimeout(ask, wait);
}

if (holder) {
  timer = window.setTimeout(ask, 300);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    clearTimeout(timer);
    void ask();
  });
  window.addEventListener("online", () => { clearTimeout(timer); void ask(); });
}
