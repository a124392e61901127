/* The citizen's pages: reports remembered on this device, copying an address, what is near, why not content.
   Every page works without this; storage may be forbidden in chat apps and is then left alone. */
import { csrf, find, onPiece, toast } from "./core";
import { say } from "./words";

const PLACE = "xh.mine";
const MOST = 30;

function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
  } catch { return []; }
}

function keep(tokens: string[]): void {
  try { localStorage.setItem(PLACE, JSON.stringify(tokens.slice(0, MOST))); } catch { /* not allowed here */ }
}

/** My reports: the tokens lie on the device, how they stand comes from the server. */
async function fill(box: HTMLElement): Promise<void> {
  const rows = box.querySelector<HTMLElement>("[data-mine-rows]");
  const empty = box.querySelector<HTMLElement>("[data-mine-empty]");
  const tokens = remembered().slice(0, Number(box.dataset.most ?? MOST));
  if (!rows || !tokens.length) return;
  const body = new URLSearchParams(tokens.map((token) => ["token", token]));
  try {
    const answer = await fetch(box.dataset.url ?? "", {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf() },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    rows.innerHTML = await answer.text();
  } catch {
    rows.textContent = say("没有连上，记录还在这台手机里，稍后刷新再看。");
  }
  box.hidden = false;
  const any = rows.childElementCount > 0 && rows.querySelector("[data-token]") !== null;
  if (empty) empty.hidden = any || rows.textContent !== "";
  if (!any && box.dataset.most) box.hidden = true;
  if (box.dataset.forgets !== undefined) rows.querySelectorAll<HTMLElement>("[data-token]").forEach((row) => row.append(forget(row, box)));
}

function forget(row: HTMLElement, box: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "xh-button xh-button--quiet xh-button--small";
  button.textContent = say("从这台手机移除");
  button.setAttribute("aria-label", `${say("从这台手机移除")} ${row.querySelector("strong")?.textContent ?? ""}`);
  button.addEventListener("click", () => {
    keep(remembered().filter((token) => token !== row.dataset.token));
    row.remove();
    const empty = box.querySelector<HTMLElement>("[data-mine-empty]");
    if (empty) empty.hidden = box.querySelector("[data-token]") !== null;
  });
  return button;
}

/** A field that matters only with a certain answer: `data-when="score=1"`. */
function armWhen(box: HTMLElement): void {
  const form = box.closest("form");
  const [name, value] = (box.dataset.when ?? "").split("=");
  if (!form || box.dataset.armed) return;
  box.dataset.armed = "1";
  const show = (): void => { box.hidden = !form.querySelector(`[name="${name}"][value="${value}"]:checked`); };
  form.addEventListener("change", show);
  show();
}

/** The nearest first: the place leaves the phone rounded to about a hundred metres. */
function armNear(button: HTMLElement): void {
  if (button.dataset.armed) return;
  button.dataset.armed = "1";
  const status = document.querySelector<HTMLElement>("[data-near-status]");
  const tell = (words: string): void => { if (status) status.textContent = words; };
  button.addEventListener("click", () => {
    if (!("geolocation" in navigator)) { tell(say("没有拿到位置，先按时间看。")); return; }
    tell(say("正在定位…"));
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const address = new URL(location.href);
      address.searchParams.set("lon", coords.longitude.toFixed(3));
      address.searchParams.set("lat", coords.latitude.toFixed(3));
      address.searchParams.delete("page");
      location.href = address.href;
    }, () => tell(say("没有拿到位置，先按时间看。")), { timeout: 10000, maximumAge: 60000 });
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* plain http and older chat apps have no clipboard */ }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "xh-hush";
  document.body.append(field);
  field.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { /* stays false */ }
  field.remove();
  return done;
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>(".xh-public [data-copy]");
  if (button) {
    void copy(button.dataset.copy ?? "").then((done) => {
      toast(done ? { text: say("地址已复制，可以粘贴保存。"), kind: "ok" } : { text: say("没有复制成，请长按地址自己复制。"), kind: "bad" });
    });
  }
  const field = target.closest<HTMLInputElement>("[data-select]");
  if (field) field.select();
});

onPiece((root) => {
  for (const box of find<HTMLElement>(root, "[data-remember]")) {
    const token = box.dataset.remember ?? "";
    if (token) keep([token, ...remembered().filter((one) => one !== token)]);
  }
  for (const box of find<HTMLElement>(root, "[data-mine]")) {
    if (box.dataset.armed) continue;
    box.dataset.armed = "1";
    void fill(box);
  }
  find<HTMLElement>(root, "[data-when]").forEach(armWhen);
  find<HTMLElement>(root, "[data-near]").forEach(armNear);
});
