// The filter bar: empty fields stay out of the address, so that it says what is filtered and nothing else.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-filters]")) return;
  for (const field of form.elements) {
    if (field.name && !field.value && !field.dataset.keeps) field.disabled = true;
  }
});

addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-filters] :disabled")) field.disabled = false;
});

// On a phone the less common ones are folded away; chips and a count tell those that are in use.
const fold = document.querySelector("[data-fold]");
if (fold && matchMedia("(max-width: 680px)").matches) fold.open = false;
