// The search field of the top bar and the suggestions beneath it, which htmx fetches while one types.
import { mean, meant, walk } from "./options.js";

const field = document.querySelector("[data-search]");
const box = document.getElementById("suggestions");

function show(isShown) {
  box.hidden = !isShown;
  field.setAttribute("aria-expanded", String(isShown && Boolean(box.querySelector("[role=listbox]"))));
  if (!isShown) mean(field, box, null);
}

if (field && box) {
  new MutationObserver(() => {
    field.removeAttribute("aria-activedescendant");
    show(Boolean(box.firstElementChild) && document.activeElement === field);
  }).observe(box, { childList: true });

  field.addEventListener("focus", () => show(Boolean(box.firstElementChild)));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      // The first Esc closes the suggestions, the next one leaves what was typed to the browser.
      if (!box.hidden) { show(false); event.preventDefault(); }
      return;
    }
    if (box.hidden && event.key === "ArrowDown" && box.firstElementChild) show(true);
    if (!box.hidden && walk(event, field, box)) return;
    const option = box.hidden ? null : meant(box);
    if (event.key === "Enter" && option) { event.preventDefault(); option.click(); }
  });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) show(false);
  });
  // A click on an option takes the focus from the field before it is a click.
  box.addEventListener("mousedown", (event) => event.preventDefault());
}
