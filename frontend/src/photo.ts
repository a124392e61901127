/* Photos: `data-photos` around a file input. The page's own camera first, the phone's camera when refused.

   data-now opens the camera with the page, data-ghost lays the photo of before over it, data-labels says what each
   photo should show, data-required, data-optional and data-max how many. What was sent before stands as checked boxes beside it. */
import { find, onPiece, toast } from "./core";
import { shrink } from "./shrink";
import { say } from "./words";

/** The camera in the page: a shot, or null when the person left, or "refused" when there is no camera. */
async function shoot(ghost = "", label = ""): Promise<File | null | "refused"> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } }, audio: false });
  } catch { return "refused"; }
  const screen = document.createElement("div");
  screen.className = "xh-camera";
  screen.setAttribute("role", "dialog");
  screen.setAttribute("aria-modal", "true");
  screen.setAttribute("aria-label", say("拍照"));
  const video = document.createElement("video");
  video.playsInline = true;
  video.muted = true;
  video.srcObject = stream;
  const foot = document.createElement("div");
  foot.className = "xh-camera__foot";
  const close = document.createElement("button");
  const shutter = document.createElement("button");
  const shade = document.createElement("button");
  close.type = shutter.type = shade.type = "button";
  close.textContent = say("关闭");
  shutter.className = "xh-camera__shutter";
  shutter.setAttribute("aria-label", say("快门"));
  const before = document.createElement("img");
  if (ghost) {
    before.className = "xh-camera__ghost";
    before.alt = "";
    before.src = ghost;
    screen.append(before);
    shade.textContent = say("原图");
    shade.setAttribute("aria-pressed", "true");
    shade.addEventListener("click", () => { before.hidden = !before.hidden; shade.setAttribute("aria-pressed", String(!before.hidden)); });
  } else { shade.className = "xh-camera__none"; shade.disabled = true; }
  const hint = document.createElement("p");
  hint.className = "xh-camera__hint";
  hint.textContent = ghost ? say("对准原来的位置再拍") : label;
  hint.hidden = !hint.textContent;
  foot.append(close, shutter, shade);
  screen.prepend(video);
  screen.append(hint, foot);
  const stops = ghost ? [close, shutter, shade] : [close, shutter];
  const turn = (): void => stops[(stops.indexOf(document.activeElement as HTMLButtonElement) + 1) % stops.length].focus();
  const answered = new Promise<File | null>((done) => {
    close.addEventListener("click", () => done(null));
    screen.addEventListener("keydown", (event) => {
      if (event.key === "Escape") done(null);
      if (event.key === "Tab") { event.preventDefault(); turn(); }
    });
    shutter.addEventListener("click", () => {
      const sheet = document.createElement("canvas");
      sheet.width = video.videoWidth;
      sheet.height = video.videoHeight;
      sheet.getContext("2d")!.drawImage(video, 0, 0);
      sheet.toBlob((blob) => done(blob && new File([blob], `shot-${Date.now()}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.92);
    });
  });
  shutter.disabled = true; // until there is a picture to take
  const ready = (): void => { shutter.disabled = false; shutter.focus(); };
  video.addEventListener("loadeddata", ready, { once: true });
  document.body.append(screen);
  close.focus();
  void video.play().catch(() => undefined);
  const shot = await answered;
  stream.getTracks().forEach((track) => track.stop());
  screen.remove();
  return shot;
}

class Shots {
  private readonly files: File[] = [];
  private readonly list = document.createElement("ul");
  private readonly button = document.createElement("button");
  private readonly choose = document.createElement("button");
  private readonly most: number;
  private readonly labels: string[];
  private readonly sign: DocumentFragment | null;

  constructor(private readonly box: HTMLElement, private readonly input: HTMLInputElement) {
    this.most = Number(box.dataset.max ?? 6);
    this.labels = (box.dataset.labels ?? "").split(",").filter(Boolean);
    this.list.className = `xh-shots${box.dataset.hero === undefined ? "" : " xh-shots--hero"}`;
    this.button.type = "button";
    this.button.dataset.shoot = "";
    input.classList.add("xh-hush");
    input.tabIndex = -1;
    const choose = this.choose;
    choose.type = "button";
    choose.className = "xh-button xh-shoot__album";
    choose.textContent = say("从相册选");
    this.sign = box.querySelector("template")?.content ?? null;
    box.addEventListener("xh:give", (event) => void this.add((event as CustomEvent<{ files: File[] }>).detail.files));
    choose.addEventListener("click", () => { input.removeAttribute("capture"); input.click(); });
    box.append(this.list, this.button, choose);
    this.button.addEventListener("click", () => void this.take());
    input.addEventListener("change", () => void this.add(Array.from(input.files ?? [])));
    input.form?.addEventListener("reset", () => { this.files.length = 0; setTimeout(() => this.show()); });
    input.form?.addEventListener("submit", (event) => this.check(event), true);
    this.show();
    const again = location.hash.startsWith("#kept="); // a record opened again brings its photos
    if (box.dataset.now !== undefined && !again && !this.sent()) void this.take(true);
  }

  /** How many were sent before and still stand. */
  private sent(): number {
    return this.input.form ? find<HTMLInputElement>(this.input.form, `input[name="${this.input.name.replace(/s$/, "")}"]`).filter((one) => one.type === "hidden" || one.checked).length : 0;
  }

  private check(event: Event): void {
    if (this.box.dataset.required === undefined || this.box.closest("[hidden]") || this.files.length || this.sent()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    toast({ text: say("请先拍一张照片。"), kind: "bad" });
    this.button.focus();
  }

  /** `unasked`: the page opened the camera by itself; where there is none, the button stays for the phone's own. */
  private async take(unasked = false): Promise<void> {
    const label = this.labels[this.files.length] ?? "";
    const shot = this.box.dataset.camera === "system" ? "refused" : await shoot(this.box.dataset.ghost, label);
    if (shot === "refused" && unasked) return;
    if (shot === "refused") {
      this.input.setAttribute("capture", "environment");
      this.input.click();
    } else if (shot) await this.add([shot]);
    this.button.focus();
  }

  private async add(chosen: File[]): Promise<void> {
    const fresh = chosen.filter((file) => !this.files.includes(file));
    for (const file of fresh) {
      if (this.files.length + this.sent() >= this.most) { toast({ text: say("最多 {n} 张照片。", { n: this.most }), kind: "bad" }); break; }
      try { this.files.push(await shrink(file)); } catch { toast({ text: say("这张照片读不出来，请换一张。"), kind: "bad" }); }
    }
    this.show();
  }

  /** The file input carries what is shown, so that the form sends it as any form would. */
  private show(): void {
    const hold = new DataTransfer();
    this.files.forEach((file) => hold.items.add(file));
    this.input.files = hold.files;
    this.list.replaceChildren(...this.files.map((file, index) => this.tile(file, index)));
    const first = this.files.length === 0;
    const label = this.labels[this.files.length];
    this.button.className = `xh-shoot${first && this.box.dataset.optional === undefined ? " xh-shoot--first" : ""}`;
    const words = label ? say("拍摄{label}", { label }) : first ? say("拍照") : say("再拍一张");
    this.button.replaceChildren(...(this.sign ? [this.sign.cloneNode(true)] : []), words);
    this.button.hidden = this.choose.hidden = this.files.length >= this.most;
    this.box.dispatchEvent(new CustomEvent("xh:photos", { bubbles: true, detail: { count: this.files.length } }));
  }

  private tile(file: File, index: number): HTMLLIElement {
    const row = document.createElement("li");
    const frame = document.createElement("div");
    frame.className = "xh-photo";
    const image = document.createElement("img");
    image.alt = this.labels[index] ?? say("第 {n} 张", { n: index + 1 });
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "xh-shots__remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", say("删除第 {n} 张照片", { n: index + 1 }));
    remove.addEventListener("click", () => { this.files.splice(index, 1); this.show(); });
    frame.append(image);
    row.append(frame, remove);
    return row;
  }
}

onPiece((root) => {
  if (typeof DataTransfer === "undefined") return;
  for (const box of find<HTMLElement>(root, "[data-photos]")) {
    const input = box.querySelector<HTMLInputElement>("input[type='file']");
    if (!input || box.dataset.armed) continue;
    box.dataset.armed = "1";
    new Shots(box, input);
  }
});
