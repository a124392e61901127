/* The outbox: a form with `data-outbox` is first kept on the phone under its own key, then sent until it is taken.

   Nothing leaves it silently: taken by the server, or deleted by the person. The server knows a key that comes twice.
   data-outbox is the record's title, to which chosen things marked data-outbox-say are added; data-outbox-next the
   page to go to when it must wait; data-outbox-photo takes photos one by one, so that a broken line costs one photo. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { csrf, find, onPiece, toast } from "./core";
import { uuid } from "./old";
import { say } from "./words";
import { clearWrongs, showWrong } from "./wrong";

export type State = "waiting" | "sending" | "refused" | "signed_out" | "broken";
export type Field = [string, string | File];
export interface Kept {
  key: string; owner: string; title: string; address: string; page: string; photoTo: string; fields: Field[];
  at: number; tries: number; next: number; state: State; why: string; bytes: number;
}
interface Boxes extends DBSchema { kept: { key: string; value: Kept } }
interface Told { url?: string; words?: string }
interface Refusal { code: string; message: string; field: string; facts: Record<string, string> }
type Sent = { taken: Told } | { state: State; refusal?: Refusal };

let opened: Promise<IDBPDatabase<Boxes>> | null = null;
function store(): Promise<IDBPDatabase<Boxes>> {
  opened ??= openDB<Boxes>("xiuhua-outbox", 1, { upgrade: (db) => { db.createObjectStore("kept", { keyPath: "key" }); } });
  return opened;
}

/** Who is signed in; a page without a sign-in, such as the outbox itself, asks who was last. */
function owner(): string {
  const told = document.body.dataset.owner;
  try {
    if (told) localStorage.setItem("xh.owner", told);
    return told || localStorage.getItem("xh.owner") || "";
  } catch { return told ?? ""; }
}

/** The records of the person signed in; another person's stay unseen and unsent. */
export async function mine(): Promise<Kept[]> {
  const all = await (await store()).getAll("kept");
  return all.filter((kept) => kept.owner === owner()).sort((a, b) => a.at - b.at);
}

export async function record(key: string): Promise<Kept | undefined> {
  const kept = await (await store()).get("kept", key);
  return kept?.owner === owner() ? kept : undefined;
}

const changed = (): void => { document.dispatchEvent(new CustomEvent("xh:outbox")); };
async function put(kept: Kept): Promise<void> { await (await store()).put("kept", kept); changed(); }
export async function drop(key: string): Promise<void> { await (await store()).delete("kept", key); changed(); }

/** One request and what became of it. */
async function post(address: string, body: FormData | File): Promise<Sent> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf(), Accept: "application/json, text/html" },
    });
  } catch { return { state: "waiting" }; }
  const signIn = document.body.dataset.signIn ?? "";
  if (answer.status === 401 || (answer.redirected && signIn && new URL(answer.url).pathname === new URL(signIn, location.href).pathname)) return { state: "signed_out" };
  if (answer.ok) return { taken: (await answer.json().catch(() => ({}))) as Told };
  if (answer.status >= 500 || answer.status === 429) return { state: "broken" };
  const refusal = await reason(answer);
  return refusal.code === "form.stale" ? { state: "signed_out" } : { state: "refused", refusal };
}

async function reason(answer: Response): Promise<Refusal> {
  const text = await answer.text();
  try {
    const { code, message, field, facts } = JSON.parse(text).error as Partial<Refusal>;
    return { code: code ?? "", message: message ?? "", field: field ?? "", facts: facts ?? {} };
  } catch { /* a page then */ }
  const page = new DOMParser().parseFromString(text, "text/html");
  const words = page.querySelector(".xh-wrongs ul, .xh-wrongs, [data-refusal]")?.textContent ?? String(answer.status);
  return { code: "", message: words.trim().replace(/\s+/g, " "), field: "", facts: {} };
}

/** One attempt: its photos that have not gone yet, then the record itself. */
export async function send(kept: Kept): Promise<Sent> {
  await put({ ...kept, state: "sending" });
  let sent: Sent | null = null;
  const fields = kept.fields.slice();
  for (let n = 0; n < fields.length && !sent && kept.photoTo; n += 1) {
    const [name, value] = fields[n];
    if (!(value instanceof File)) continue;
    const gone = (await post(kept.photoTo, value)) as { taken?: { digest?: string } } & Sent;
    if (!("taken" in gone) || !gone.taken?.digest) { sent = "taken" in gone ? { state: "broken" } : gone; break; }
    fields[n] = [name.replace(/s$/, ""), gone.taken.digest];
    await put({ ...kept, fields: fields.slice(), state: "sending" });
  }
  if (!sent) {
    const body = new FormData();
    fields.forEach(([name, value]) => body.append(name, value));
    sent = await post(kept.address, body);
  }
  if ("taken" in sent) { await drop(kept.key); return sent; }
  const tries = kept.tries + 1;
  const next = Date.now() + Math.min(10 * 2 ** tries, 600) * 1000;
  await put({ ...kept, fields, state: sent.state, why: sent.refusal?.message ?? "", tries, next });
  return sent;
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

/** A page may have been kept from before, or stay for a second record: each record has a key of its own. */
function renew(form: HTMLFormElement): void {
  const key = form.querySelector<HTMLInputElement>("input[name='key']");
  if (key) key.value = uuid();
}

function titled(form: HTMLFormElement): string {
  const said = find<HTMLElement>(form, "[data-outbox-say]").map((one) => {
    if (one instanceof HTMLInputElement && (one.type === "radio" || one.type === "checkbox")) return one.checked ? one.dataset.outboxSay ?? "" : "";
    if (one instanceof HTMLSelectElement) return one.value ? one.selectedOptions[0]?.text ?? "" : "";
    return (one as HTMLInputElement).value;
  });
  return [form.dataset.outbox || document.title, ...said.map((words) => words.trim()).filter(Boolean)].join(" · ");
}

function recorded(form: HTMLFormElement, submitter: HTMLElement | null): Kept {
  const data = new FormData(form);
  const named = submitter as HTMLButtonElement | null;
  if (named?.name) data.append(named.name, named.value);
  const key = String(data.get("key") || uuid());
  data.set("key", key);
  if (data.has("at")) data.set("at", new Date().toISOString());
  data.delete("csrfmiddlewaretoken");
  const fields = Array.from(data.entries()).filter(([, value]) => !(value instanceof File) || value.size > 0) as Field[];
  return {
    key, owner: owner(), title: titled(form), address: form.action, page: location.pathname, photoTo: form.dataset.outboxPhoto ?? "",
    fields, at: Date.now(), tries: 0, next: 0, state: "waiting", why: "",
    bytes: fields.reduce((sum, [, value]) => sum + (value instanceof File ? value.size : value.length), 0),
  };
}

/** What the server did not take is still on the page, with the sentence at its field. */
async function refused(form: HTMLFormElement, key: string, refusal: Refusal): Promise<void> {
  await drop(key);
  renew(form);
  const version = form.querySelector<HTMLInputElement>("input[name='version']");
  if (version && refusal.facts.version) version.value = refusal.facts.version;
  if (!showWrong(form, refusal.field, refusal.message)) toast({ text: say("服务器没有收下：{why}", { why: refusal.message }), kind: "bad" });
}

function follow(form: HTMLFormElement, told: Told): void {
  try { if (told.words) sessionStorage.setItem("xh.told", told.words); } catch { /* then without words */ }
  location.href = told.url || form.dataset.outboxNext || location.href;
}

async function keep(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  clearWrongs(form);
  const kept = recorded(form, submitter);
  try { await put(kept); } catch {
    toast({ text: say("手机存不下了，请先上传或清理空间。内容还在页面上。"), kind: "bad" });
    return;
  }
  if (form.dataset.replaces) { await drop(form.dataset.replaces); delete form.dataset.replaces; }
  under = true;
  const late = new Promise<null>((done) => { setTimeout(() => done(null), 9000); });
  const sent = navigator.onLine ? await Promise.race([send(kept), late]) : null;
  under = false;
  if (sent && "taken" in sent) { follow(form, sent.taken); return; }
  if (sent?.refusal) { await refused(form, kept.key, sent.refusal); return; }
  toast({ text: say("已保存在手机里，联网后自动上传。"), kind: "ok" });
  form.reset();
  renew(form);
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

if ("indexedDB" in window) {
  onPiece((root) => { for (const form of find<HTMLFormElement>(root, "form[data-outbox]")) if (!form.dataset.keyed) { form.dataset.keyed = "1"; renew(form); } });
  window.addEventListener("online", () => void sendDue(true));
  window.addEventListener("load", () => {
    try {
      const words = sessionStorage.getItem("xh.told");
      sessionStorage.removeItem("xh.told");
      if (words) toast({ text: words, kind: "ok" });
    } catch { /* then without words */ }
    void sendDue();
  });
  setInterval(() => void sendDue(), 15000);
}
