// The way back from a record leads to its list as it was left: filtered, and on the same page.
const KEPT = "list:";

try {
  if (document.querySelector("[data-filters]") && !document.querySelector("a.back")) {
    sessionStorage.setItem(KEPT + location.pathname, location.search);
  }
  for (const link of document.querySelectorAll("a.back")) {
    const left = sessionStorage.getItem(KEPT + link.pathname);
    if (left) link.search = left;
  }
} catch {
  // Without storage it leads to the list as it begins.
}
