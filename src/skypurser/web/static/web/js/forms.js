// Forms: the first error gets the focus, and a form that was sent is not sent again by a second click.
const summary = document.querySelector("[data-errors]");
summary?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// Back from another page, the form may be sent again: its key tells the server whether it is the same act.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// What is unfolded to be changed is changed next: <details data-edits>.
document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches("[data-edits]")) event.target.querySelector("input:not([type=hidden])")?.select();
}, true);

// A choice that takes effect at once: <select data-submits>.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submits]")) event.target.form.requestSubmit();
});
