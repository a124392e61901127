/* Pasting from a chat group: photos from the clipboard or dropped anywhere on the form join the chosen ones, each shown
   small; `data-copy-of="#text"` copies the words of a field. */
import { find, onPiece, toast } from "./core";
import { say } from "./words";

function join(input: HTMLInputElement, files: File[]): void {
  const images = files.filter((one) => one.type.startsWith("image/"));
  if (!images.length) return;
  const all = new DataTransfer();
  for (const file of [...Array.from(input.files ?? []), ...images]) all.items.add(file);
  input.files = all.files;
  show(input);
}

function show(input: HTMLInputElement): void {
  const list = input.form?.querySelector<HTMLElement>("[data-chat-shown]");
  if (!list) return;
  list.replaceChildren(...Array.from(input.files ?? []).map((file, n) => {
    const row = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = say("第 {n} 张照片", { n: n + 1 });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = "×";
    drop.setAttribute("aria-label", say("去掉第 {n} 张", { n: n + 1 }));
    drop.addEventListener("click", () => {
      const rest = new DataTransfer();
      Array.from(input.files ?? []).forEach((one, k) => { if (k !== n) rest.items.add(one); });
      input.files = rest.files;
      show(input);
    });
    row.append(image, drop);
    return row;
  }));
}

onPiece((root) => {
  for (const form of find<HTMLFormElement>(root, "form[data-chat]")) {
    const input = form.querySelector<HTMLInputElement>("[data-chat-photos]");
    if (!input) continue;
    input.addEventListener("change", () => show(input));
    document.addEventListener("paste", (event) => join(input, Array.from(event.clipboardData?.files ?? [])));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => { event.preventDefault(); join(input, Array.from(event.dataTransfer?.files ?? [])); });
  }
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy-of]");
  const field = button && document.querySelector<HTMLTextAreaElement>(button.dataset.copyOf ?? "");
  if (!field) return;
  const copied = navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject(new Error("no clipboard"));
  copied.catch(() => { field.select(); document.execCommand("copy"); }) // over plain http there is no clipboard
    .finally(() => toast({ text: say("已复制"), kind: "ok" }));
});
