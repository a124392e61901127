/* The sentence at its field: `data-field="segment"` around a field holds a `.xh-field__wrong` for it. */
import { find } from "./core";

export function clearWrongs(form: HTMLFormElement): void {
  for (const words of find<HTMLElement>(form, ".xh-field__wrong")) { words.hidden = true; words.textContent = ""; }
  for (const box of find<HTMLElement>(form, ".xh-field--wrong")) box.classList.remove("xh-field--wrong");
}

/** Shows it there and moves the focus; false when the page has no such field. */
export function showWrong(form: HTMLFormElement, field: string, sentence: string): boolean {
  const box = field ? form.querySelector<HTMLElement>(`[data-field~="${field}"]`) : null;
  const words = box?.querySelector<HTMLElement>(`#wrong-${field}`) ?? box?.querySelector<HTMLElement>(".xh-field__wrong");
  if (!box || !words) return false;
  box.hidden = false;
  box.classList.add("xh-field--wrong");
  words.textContent = sentence;
  words.hidden = false;
  const inputs = find<HTMLElement>(box, "input:not([type='hidden']):not([tabindex='-1']), select, textarea, button");
  (inputs.find((one) => one.offsetParent !== null) ?? box).focus({ preventScroll: true });
  box.scrollIntoView({ block: "center" });
  return true;
}

/** What the browser would say in a bubble of its own stands at the field, in the words of the page. */
document.addEventListener("invalid", (event) => {
  const input = event.target as HTMLInputElement;
  if (!input.form || input.form.dataset.outbox === undefined) return;
  event.preventDefault();
  if (input.form.dataset.said) return;
  input.form.dataset.said = "1";
  setTimeout(() => { delete input.form!.dataset.said; });
  clearWrongs(input.form);
  const missing = input.closest<HTMLElement>("[data-missing]")?.dataset.missing;
  showWrong(input.form, input.name, input.validity.valueMissing && missing ? missing : input.validationMessage);
}, true);
