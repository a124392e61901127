/* The outbox: a form with `data-outbox` is first kept on the phone under its own key, then sent until it is taken.

   Nothing leaves it silently: taken by the server, or deleted by the person. The server knows a key that
   comes twice. data-outbox is the record's title, data-outbox-next the page to go to when it must wait. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { csrf, find, onPiece, toast } from "./core";
import { uuid } from "./old";
import { say } from "./words";

type State = "waiting" | "sending" | "refused" | "signed_out" | "broken";
interface Kept {
  key: string; owner: string; title: string; address: string; fields: Array<[string, string | File]>;
  at: number; tries: number; next: number; state: State; why: string; bytes: number;
}
interface Boxes extends DBSchema { kept: { key: string; value: Kept } }

let opened: Promise<IDBPDatabase<Boxes>> | null = null;
function store(): Promise<IDBPDatabase<Boxes>> {
  opened ??= openDB<Boxes>("xiuhua-outbox", 1, { upgrade: (db) => { db.createObjectStore("kept", { keyPath: "key" }); } });
  return opened;
}
const owner = (): string => document.body.dataset.owner ?? "";

/** The records of the person signed in; another person's stay unseen and unsent. */
async function mine(): Promise<Kept[]> {
  const all = await (await store()).getAll("kept");
  return all.filter((kept) => kept.owner === owner()).sort((a, b) => a.at - b.at);
}

async function put(kept: Kept): Promise<void> {
  await (await store()).put("kept", kept);
  await render();
}

/** One attempt. Returns the page to open when the server has taken it. */
async function send(kept: Kept): Promise<string | null> {
  await put({ ...kept, state: "sending" });
  const body = new FormData();
  kept.fields.forEach(([name, value]) => body.append(name, value));
  let [state, why]: [State, string] = ["broken", ""];
  try {
    const answer = await fetch(kept.address, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf(), Accept: "application/json, text/html" },
    });
    const signIn = document.body.dataset.signIn ?? "";
    if (answer.redirected && signIn && new URL(answer.url).pathname === new URL(signIn, location.href).pathname) state = "signed_out";
    else if (answer.ok) {
      await (await store()).delete("kept", kept.key);
      await render();
      return answer.redirected ? answer.url : await pageOf(answer);
    } else if (answer.status === 401) state = "signed_out";
    else if (answer.status < 500 && answer.status !== 429) [state, why] = ["refused", await reason(answer)];
  } catch { state = "waiting"; }
  const tries = kept.tries + 1;
  await put({ ...kept, state, why, tries, next: Date.now() + Math.min(10 * 2 ** tries, 600) * 1000 });
  return null;
}

async function pageOf(answer: Response): Promise<string> {
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return "";
  const body = (await answer.json().catch(() => ({}))) as { url?: string };
  return body.url ?? "";
}

async function reason(answer: Response): Promise<string> {
  const text = await answer.text();
  try { return JSON.parse(text).error.message ?? ""; } catch { /* a page then */ }
  const page = new DOMParser().parseFromString(text, "text/html");
  return (page.querySelector(".xh-wrongs ul, .xh-wrongs, [data-refusal]")?.textContent ?? String(answer.status)).trim().replace(/\s+/g, " ");
}

let under = false;
/** Sends what is due, one record after the other. */
export async function sendDue(all = false): Promise<void> {
  if (under || !navigator.onLine) return;
  under = true;
  try {
    for (const kept of await mine()) {
      if (kept.state === "refused" && !all) continue;
      if (all || kept.next <= Date.now()) await send(kept);
    }
  } finally { under = false; }
}

async function keep(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const data = new FormData(form);
  const named = submitter as HTMLButtonElement | null;
  if (named?.name) data.append(named.name, named.value);
  const key = String(data.get("key") || uuid());
  data.set("key", key);
  data.delete("csrfmiddlewaretoken");
  const fields = Array.from(data.entries()).filter(([, value]) => !(value instanceof File) || value.size > 0) as Array<[string, string | File]>;
  const bytes = fields.reduce((sum, [, value]) => sum + (value instanceof File ? value.size : value.length), 0);
  const kept: Kept = {
    key, owner: owner(), title: form.dataset.outbox || document.title, address: form.action, fields,
    at: Date.now(), tries: 0, next: 0, state: "waiting", why: "", bytes,
  };
  try { await put(kept); } catch {
    toast({ text: say("手机存不下了，请先上传或清理空间。内容还在页面上。"), kind: "bad" });
    return;
  }
  under = true;
  const page = navigator.onLine ? await Promise.race([send(kept), new Promise<null>((done) => setTimeout(() => done(null), 9000))]) : null;
  under = false;
  if (page !== null) { location.href = page || form.dataset.outboxNext || location.href; return; }
  const after = await (await store()).get("kept", key);
  if (after?.state === "refused") {
    await (await store()).delete("kept", key); // still on the page, where it can be put right
    await render();
    toast({ text: say("服务器没有收下：{why}", { why: after.why }), kind: "bad" });
    return;
  }
  toast({ text: say("已保存在手机里，联网后自动上传。"), kind: "ok" });
  form.reset();
  if (form.dataset.outboxNext) setTimeout(() => { location.href = form.dataset.outboxNext!; }, 900);
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.outbox === undefined || event.defaultPrevented || !("indexedDB" in window)) return;
  event.preventDefault();
  if (form.dataset.under && form.dataset.keeping) return;
  form.dataset.keeping = "1";
  void keep(form, (event as SubmitEvent).submitter ?? null).finally(() => { delete form.dataset.keeping; delete form.dataset.under; });
});

const WORDS: Record<State, string> = {
  waiting: "没有网络，联网后自动上传", sending: "正在上传", refused: "服务器没有收下：{why}",
  signed_out: "登录已过期，请重新登录后上传", broken: "服务器暂时不可用，稍后自动重试",
};

async function render(): Promise<void> {
  const kept = await mine();
  for (const badge of find<HTMLElement>(document, "[data-outbox-count]")) { badge.textContent = String(kept.length); badge.hidden = !kept.length; }
  for (const strip of find<HTMLElement>(document, "[data-outbox-strip]")) {
    strip.hidden = !kept.length;
    const words = strip.querySelector("[data-outbox-words]");
    if (words) words.textContent = say("有 {n} 条记录待上传", { n: kept.length });
  }
  for (const list of find<HTMLElement>(document, "[data-outbox-list]")) {
    list.replaceChildren(...(kept.length ? kept.map(row) : [empty()]));
  }
}

function empty(): HTMLElement {
  const box = document.createElement("li");
  box.className = "xh-empty";
  box.textContent = say("没有待上传的记录。");
  return box;
}

function row(kept: Kept): HTMLElement {
  const box = document.createElement("li");
  box.className = "xh-card";
  const title = document.createElement("h3");
  title.textContent = kept.title;
  const size = document.createElement("p");
  size.className = "xh-muted";
  size.textContent = `${new Date(kept.at).toLocaleString(document.documentElement.lang, { hour12: false })} · ${Math.max(1, Math.round(kept.bytes / 1024))} kB`;
  const state = document.createElement("p");
  state.className = kept.state === "refused" ? "xh-note xh-note--bad" : "xh-muted";
  state.textContent = kept.tries || kept.state !== "waiting" ? say(WORDS[kept.state], { why: kept.why }) : say("等待上传");
  const actions = document.createElement("div");
  actions.className = "xh-actions";
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "xh-button";
  remove.textContent = say("删除");
  remove.addEventListener("click", () => {
    if (window.confirm(say("删除后找不回来。确定删除这条记录吗？"))) void store().then((db) => db.delete("kept", kept.key)).then(render);
  });
  const again = document.createElement("button");
  again.type = "button";
  again.className = "xh-button xh-button--primary";
  again.textContent = say("立即上传");
  again.addEventListener("click", () => void send(kept));
  actions.append(remove, again);
  box.append(title, size, state, actions);
  return box;
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-outbox-send]")) void sendDue(true);
});
if ("indexedDB" in window) {
  onPiece(() => void render().catch(() => undefined));
  window.addEventListener("online", () => void sendDue(true));
  window.addEventListener("load", () => void sendDue());
  setInterval(() => void sendDue(), 15000);
}
