/* What a place means: `data-resolve` on a text field proposes places for what is typed, ArrowDown, ArrowUp and Enter
   choose one; a point put on the map of the same form is told under `data-resolved`. Works without a map. */
import { find, onPiece } from "./core";

interface Place {
  title: string; words: string; people: string; certainty: string; sure: boolean;
  segment: string; lon: number | null; lat: number | null;
}
interface Answer { places: Place[]; problem: string }

const WAIT = 250; // milliseconds without a key before the city is asked

async function ask(url: string, query: Record<string, string>, signal?: AbortSignal): Promise<Answer | null> {
  const answer = await fetch(`${url}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" }, credentials: "same-origin", signal });
  return answer.ok ? ((await answer.json()) as Answer) : null;
}

class Proposals {
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private places: Place[] = [];
  private at = -1;
  private timer = 0;
  private asking: AbortController | null = null;

  constructor(private readonly input: HTMLInputElement, private readonly url: string) {
    this.list.className = "desk-proposals";
    this.list.id = `${input.id}-places`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.resolveLabel ?? "");
    this.list.hidden = true;
    this.status.className = "xh-field__hint";
    this.status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    input.after(this.list, this.status);
    input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = window.setTimeout(() => void this.look(), WAIT); });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => window.setTimeout(() => this.close(), 150));
  }

  private async look(): Promise<void> {
    const text = this.input.value.trim();
    this.asking?.abort();
    if (text.length < 2) { this.show([], ""); return; }
    this.asking = new AbortController();
    try {
      const answer = await ask(this.url, { q: text }, this.asking.signal);
      if (answer) this.show(answer.places, answer.places.length ? "" : answer.problem);
    } catch { /* asked anew, or no connection: typing goes on without proposals */ }
  }

  private show(places: Place[], problem: string): void {
    this.places = places;
    this.at = -1;
    this.status.textContent = problem;
    this.list.replaceChildren(...places.map((place, n) => this.option(place, n)));
    const open = places.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.input.removeAttribute("aria-activedescendant");
  }

  private option(place: Place, n: number): HTMLLIElement {
    const row = document.createElement("li");
    row.id = `${this.list.id}-${n}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const title = document.createElement("strong");
    title.textContent = place.title;
    const tag = document.createElement("span");
    tag.className = `xh-tag${place.sure ? " xh-tag--ok" : ""}`;
    tag.textContent = place.certainty;
    const words = document.createElement("span");
    words.className = "desk-proposals__words";
    words.textContent = [place.words, place.people].filter(Boolean).join(" · ");
    row.append(title, tag, words);
    row.addEventListener("mousedown", (event) => { event.preventDefault(); this.choose(n); });
    return row;
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden || event.ctrlKey || event.metaKey || event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      this.mark((this.at + step + this.places.length + (this.at < 0 && step < 0 ? 1 : 0)) % this.places.length);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      event.stopPropagation();
      this.choose(this.at);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
  }

  private mark(n: number): void {
    this.at = n;
    find<HTMLElement>(this.list, "[role='option']").forEach((row, k) => row.setAttribute("aria-selected", String(k === n)));
    this.list.children[n]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${n}`);
  }

  private choose(n: number): void {
    const place = this.places[n];
    const form = this.input.form;
    const row = this.input.closest<HTMLElement>("[data-resolve-scope]"); // one of several places in a form
    const segment = (row ?? form)?.querySelector<HTMLInputElement>("input[name='segment'], input[data-resolve-segment]");
    if (segment && place.segment) segment.value = place.segment;
    for (const [name, value] of [["lon", place.lon], ["lat", place.lat]] as const) {
      const field = row?.querySelector<HTMLInputElement>(`input[data-resolve-${name}]`);
      if (field) field.value = value === null ? "" : String(value);
    }
    if (form && place.lon !== null && place.lat !== null) {
      const pin = form.querySelector<HTMLElement>("[data-pin]");
      pin?.dispatchEvent(new CustomEvent("xh:put", { detail: { lon: place.lon, lat: place.lat } }));
    }
    tell(row ?? form, place);
    this.close();
    this.input.focus();
  }

  private close(): void {
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function tell(form: HTMLElement | null, place: Place | null): void {
  const box = form?.querySelector<HTMLElement>("[data-resolved]");
  if (!box) return;
  box.hidden = place === null;
  box.textContent = place ? [place.title, place.words, place.people].filter(Boolean).join(" · ") : "";
}

document.addEventListener("xh:placed", (event) => {
  const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
  const form = (event.target as HTMLElement).closest("form");
  const input = form?.querySelector<HTMLInputElement>("[data-resolve]");
  if (!form || !input || (event.target as HTMLElement).dataset.put !== undefined) return;
  void ask(input.dataset.resolve!, { lon: String(lon), lat: String(lat) }).then((answer) => {
    const segment = form.querySelector<HTMLInputElement>("input[name='segment']");
    const best = answer?.places[0] ?? null;
    if (best && best.sure && segment && !segment.value) segment.value = best.segment;
    tell(form, best);
  }).catch(() => undefined);
});

onPiece((root) => {
  for (const input of find<HTMLInputElement>(root, "input[data-resolve]")) {
    if (input.dataset.armed) continue;
    input.dataset.armed = "1";
    new Proposals(input, input.dataset.resolve!);
  }
});
