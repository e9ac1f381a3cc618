// The command palette: go to a page, act on what is in view, find anything. The pages come as JSON by permission when it
// is opened first; what may be done here are the buttons that the page has, and what else it names (data-acts).
import { isOff } from "./keyboard.js";
import { mean, meant, walk } from "./options.js";

const WAITS = 160;
const SHORTEST = 2;
const palette = document.getElementById("palette");
const field = palette?.querySelector("[role=combobox]");
const list = palette?.querySelector("[role=listbox]");
const none = palette?.querySelector(".palette-none");

let pages = null;
let found = [];
let timer = 0;
let asked = null;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function here() {
  const links = document.querySelectorAll(".page-head .actions a[href], [data-acts] a[href], .tabs a[href]:not([aria-current])");
  // What the page has as a button stands among what may be done on its record, too.
  const once = new Map([...links].filter((link) => link.href !== location.href).reverse().map((link) => [link.href, link]));
  return [...once.values()].reverse().map((link) => ({
    label: link.textContent.trim(),
    group: palette.dataset.here,
    url: link.href,
    icon: link.querySelector("use")?.getAttribute("href").split("#")[1] ?? "chevron-right",
    keys: link.dataset.key ?? "",
  }));
}

async function ask(url, signal) {
  const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  // Signed out meanwhile: the answer is the sign-in page.
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.json();
}

function drawn(entry, number) {
  const option = document.createElement("a");
  option.href = entry.url;
  option.id = `palette-${number}`;
  option.className = "option";
  option.tabIndex = -1;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "i");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${palette.dataset.icons}#${entry.icon}`);
  icon.append(use);
  const main = document.createElement("span");
  main.className = "hit-main";
  main.append(Object.assign(document.createElement("strong"), { textContent: entry.label }));
  if (entry.detail) main.append(Object.assign(document.createElement("span"), { className: "hit-detail", textContent: entry.detail }));
  option.append(icon, main);
  if (entry.figure) option.append(Object.assign(document.createElement("span"), { className: "hit-figure", textContent: entry.figure }));
  if (entry.keys && !isOff()) {
    const keys = document.createElement("span");
    keys.setAttribute("aria-hidden", "true");
    for (const key of entry.keys.split(" ")) keys.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    option.append(keys);
  }
  return option;
}

function draw() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const fits = (entry) => words.every((word) => plain(`${entry.label} ${entry.group}`).includes(word));
  const groups = new Map();
  for (const entry of [...here(), ...(pages ?? [])].filter(fits)) {
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  for (const group of found) groups.set(`${group.label} `, group.hits);
  let number = 0;
  list.replaceChildren(...[...groups].map(([label, entries]) => {
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label.trim());
    const title = Object.assign(document.createElement("p"), { className: "option-group", textContent: label.trim() });
    title.setAttribute("aria-hidden", "true");
    group.append(title, ...entries.map((entry) => drawn(entry, (number += 1))));
    return group;
  }));
  mean(field, list, list.querySelector("[role=option]"));
  list.hidden = !number;
  none.textContent = number || pages === null || asked ? "" : none.dataset.none;
}

async function find() {
  asked?.abort();
  asked = null;
  const text = field.value.trim();
  if (!palette.dataset.found || text.length < SHORTEST) return;
  const mine = (asked = new AbortController());
  try {
    const answer = await ask(`${palette.dataset.found}?${new URLSearchParams({ q: text })}`, mine.signal);
    if (asked !== mine) return;
    asked = null;
    found = answer.groups;
    draw();
  } catch (error) {
    if (error.name === "AbortError") return;
    asked = null;
    none.textContent = none.dataset.failed;
  }
}

async function open() {
  if (palette.open) return;
  document.querySelectorAll("[popover]:popover-open").forEach((one) => one.hidePopover());
  field.value = "";
  found = [];
  palette.showModal();
  draw();
  field.focus();
  if (pages) return;
  try {
    pages = (await ask(palette.dataset.entries)).entries;
    draw();
  } catch {
    none.textContent = none.dataset.failed;
  }
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isCommand || isOff() || document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
    // A click beside it, on its backdrop, closes it.
    if (event.target === palette || (palette.contains(event.target) && event.target.closest("[data-close]"))) palette.close();
  });
  field.addEventListener("input", () => {
    found = [];
    asked?.abort();
    asked = null;
    draw();
    clearTimeout(timer);
    timer = setTimeout(find, WAITS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || walk(event, field, list)) return;
    const option = meant(list);
    if (event.key === "Enter" && option) { event.preventDefault(); option.click(); }
  });
  palette.addEventListener("close", () => { clearTimeout(timer); asked?.abort(); asked = null; });
  // The page may come back from the browser's memory with it open.
  addEventListener("pagehide", () => palette.close());
}
