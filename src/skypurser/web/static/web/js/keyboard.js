// Single keys: / search, ? the list of keys, n new, e edit, g and a letter: go there. Inert while one types, while a
// dialog is open, and where the person switched them off. Rows (j, k, Enter) are in rows.js.
const GO_WITHIN = 1200;
let goingSince = -Infinity; // the clock begins with the page

export const isOff = () => document.body.dataset.keyboard === "off";

/** Whether a key pressed here is the page's, and not a field's or a dialog's. */
export function isOurs(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !event.target.closest("input, textarea, select, [contenteditable]");
}

// The list says what is true of this page: what it has no row or button for is left out, and a button gives its own name.
function fitHelp(list) {
  for (const line of list.querySelectorAll("[data-when]")) {
    const there = document.querySelector(line.dataset.when);
    line.hidden = !there;
    if (there && line.hasAttribute("data-named")) line.querySelector("dd").textContent = there.textContent.trim();
  }
}

function openHelp() {
  fitHelp(document.getElementById("shortcuts"));
  document.querySelectorAll("[popover]:popover-open").forEach((one) => one.hidePopover());
  document.getElementById("shortcuts")?.showModal();
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

const ACTS = {
  "/": () => {
    const field = document.querySelector("[data-search]") ?? document.querySelector("main input[type=search]");
    field?.focus();
    field?.select();
    return Boolean(field);
  },
  "?": () => { openHelp(); return true; },
  n: () => follow("[data-key=n]"),
  e: () => follow("[data-key=e]"),
};

document.addEventListener("keydown", (event) => {
  if (!isOurs(event)) return;
  if (event.timeStamp - goingSince < GO_WITHIN && /^[a-z]$/.test(event.key)) {
    goingSince = -Infinity;
    if (follow(`[data-go="${event.key}"]`)) event.preventDefault();
    return;
  }
  if (event.key === "g") { goingSince = event.timeStamp; return; }
  if (ACTS[event.key]?.()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) openHelp();
});
