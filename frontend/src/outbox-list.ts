/* What waits in the phone, for the person to see: the strip, the count, the page 待上传, and putting a refused one right. */
import { find, onPiece } from "./core";
import { drop, type Kept, mine, record, send, sendDue, type State } from "./outbox";
import { say } from "./words";

const WORDS: Record<State, string> = {
  waiting: "没有网络，联网后自动上传", sending: "正在上传", refused: "服务器没有收下：{why}",
  signed_out: "登录已过期，请重新登录后上传", broken: "服务器暂时不可用，稍后自动重试",
};

async function render(): Promise<void> {
  const kept = await mine();
  const photos = kept.reduce((sum, one) => sum + photosOf(one), 0);
  for (const badge of find<HTMLElement>(document, "[data-outbox-count]")) { badge.textContent = String(kept.length); badge.hidden = !kept.length; }
  for (const strip of find<HTMLElement>(document, "[data-outbox-strip]")) {
    strip.hidden = !kept.length;
    const words = strip.querySelector("[data-outbox-words]");
    if (words) words.textContent = photos ? say("有 {n} 条记录、{p} 张照片待上传", { n: kept.length, p: photos }) : say("有 {n} 条记录待上传", { n: kept.length });
  }
  for (const list of find<HTMLElement>(document, "[data-outbox-list]")) list.replaceChildren(...(kept.length ? kept.map(row) : [empty()]));
}

const photosOf = (kept: Kept): number => kept.fields.filter(([, value]) => value instanceof File).length;

function line(tag: string, words: string, look = ""): HTMLElement {
  const box = document.createElement(tag);
  box.className = look;
  box.textContent = words;
  return box;
}

const empty = (): HTMLElement => line("li", say("没有待上传的记录。"), "xh-empty");

function button(words: string, look: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `xh-button${look}`;
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

function row(kept: Kept): HTMLElement {
  const box = line("li", "", "xh-card");
  const size = [new Date(kept.at).toLocaleString(document.documentElement.lang, { hour12: false }), `${Math.max(1, Math.round(kept.bytes / 1024))} kB`];
  if (photosOf(kept)) size.push(say("{n} 张照片", { n: photosOf(kept) }));
  const stopped = kept.state === "refused" || kept.state === "signed_out";
  const state = kept.tries || kept.state !== "waiting" ? say(WORDS[kept.state], { why: kept.why }) : say("等待上传");
  const actions = line("div", "", "xh-actions");
  actions.append(button(say("删除"), "", () => { if (window.confirm(say("删除后找不回来。确定删除这条记录吗？"))) void drop(kept.key); }));
  if (kept.state === "refused") actions.append(button(say("改一改"), "", () => { location.href = `${kept.page}#kept=${kept.key}`; }));
  actions.append(button(say("立即上传"), " xh-button--primary", () => void send(kept)));
  box.append(line("h3", kept.title), line("p", size.join(" · "), "xh-muted"), line("p", state, stopped ? "xh-note xh-note--bad" : "xh-muted"), actions);
  return box;
}

/** A refused record back on its page: what was typed, what was chosen, the photos. It goes when the new one is kept. */
async function again(): Promise<void> {
  const key = /^#kept=([\w-]+)$/.exec(location.hash)?.[1];
  const form = document.querySelector<HTMLFormElement>("form[data-outbox]");
  const kept = key && form ? await record(key) : undefined;
  if (!kept || !form) return;
  const photos = new Map<string, File[]>();
  for (const [name, value] of kept.fields) {
    if (value instanceof File) photos.set(name, [...(photos.get(name) ?? []), value]);
    else if (name !== "key" && name !== "version" && name !== "at") fill(form, name, value);
  }
  for (const [name, files] of photos) {
    form.querySelector(`[data-photos] input[name="${name}"]`)?.closest("[data-photos]")?.dispatchEvent(new CustomEvent("xh:give", { detail: { files } }));
  }
  form.dataset.replaces = kept.key;
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  const inputs = find<HTMLInputElement>(form, `[name="${name}"]`);
  const choice = inputs.find((one) => (one.type === "radio" || one.type === "checkbox") && one.value === value);
  if (choice) { choice.checked = true; return; }
  const plain = inputs.find((one) => one.type !== "radio" && one.type !== "checkbox" && one.type !== "file");
  if (plain && name !== "photo") {
    if (plain instanceof HTMLSelectElement && !Array.from(plain.options).some((one) => one.value === value)) plain.add(new Option(value, value));
    plain.value = value;
    plain.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (name.endsWith("photo")) {
    const sent = document.createElement("input"); // a photo that went up before
    sent.type = "hidden";
    sent.name = name;
    sent.value = value;
    form.append(sent);
  }
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-outbox-send]")) void sendDue(true);
});
if ("indexedDB" in window) {
  document.addEventListener("xh:outbox", () => void render().catch(() => undefined));
  onPiece(() => void render().catch(() => undefined));
  window.addEventListener("load", () => void again().catch(() => undefined));
}
