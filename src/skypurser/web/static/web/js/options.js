// A field with a list of options beneath it, after the ARIA pattern of a combobox: the focus stays in the field, and
// aria-activedescendant says which option is meant.

export const optionsOf = (box) => [...box.querySelectorAll("[role=option]")];

/** Mean an option; none without one. */
export function mean(field, box, option) {
  for (const one of optionsOf(box)) one.setAttribute("aria-selected", String(one === option));
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

export const meant = (box) => box.querySelector("[role=option][aria-selected=true]");

/** Move by the arrows, from one end to the other; tells whether the key was one of ours. */
export function walk(event, field, box) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return false;
  const all = optionsOf(box);
  if (all.length) {
    const now = all.indexOf(meant(box));
    mean(field, box, all[now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length]);
  }
  event.preventDefault();
  return true;
}
