// A message goes when it is dismissed; good news goes by itself, unless one points at it or is in it.
const LASTS = 8000;

function dismiss(toast) {
  toast.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) dismiss(button.closest(".toast-line"));
});

for (const toast of document.querySelectorAll(".toast-line.is-success, .toast-line.is-info")) {
  const go = () => (toast.matches(":hover, :focus-within") || toast.querySelector("a") ? undefined : dismiss(toast));
  setTimeout(go, LASTS);
}
