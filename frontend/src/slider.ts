/* Before and after: `.xh-slider` with two images and a range input. */
document.addEventListener("input", (event) => {
  const input = event.target as HTMLInputElement;
  const slider = input.closest<HTMLElement>(".xh-slider");
  if (slider) slider.style.setProperty("--xh-cut", `${input.value}%`);
});
export {};
