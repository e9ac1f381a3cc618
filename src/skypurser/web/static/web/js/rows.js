// Tables whose rows lead somewhere: a click anywhere on a row, or j, k and Enter.
import { isOurs } from "./keyboard.js";

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const linkOf = (row) => row.querySelector("a[data-open]") ?? row.querySelector("a");

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1);
  const link = linkOf(all[next]);
  if (link) {
    link.focus();
  } else {
    all[next].tabIndex = -1;
    all[next].focus();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isOurs(event)) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step && move(step)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label, select") || String(getSelection())) return;
  const link = linkOf(row);
  if (!link) return;
  if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});
