// The panes of the workspace: two tabs on phones, a margin that slides over where there is
// no room for it, and a divider that can be dragged or moved with the arrow keys.
import { asked, each, memory } from "./page.js";

const root = document.documentElement;
const phone = matchMedia("(max-width: 56.24em)");
const narrow = matchMedia("(max-width: 74.99em)");
const margin = () => document.getElementById("margin");

// Tabs
const tabs = () => [...document.querySelectorAll(".tabs [role=tab]")];

function show(pane) {
  root.dataset.pane = pane;
  for (const tab of tabs()) {
    const on = tab.getAttribute("aria-controls") === pane;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
  }
}

function asTabs() {
  for (const tab of tabs()) {
    const pane = document.getElementById(tab.getAttribute("aria-controls"));
    if (phone.matches) { pane?.setAttribute("role", "tabpanel"); pane?.setAttribute("aria-labelledby", tab.id); }
    else { pane?.removeAttribute("role"); pane?.removeAttribute("aria-labelledby"); }
  }
}

each(".tabs", list => {
  const node = new URLSearchParams(location.search).has("node") || document.querySelector(".item.selected");
  show(node && !/^#p\d/.test(location.hash) ? "argument" : "article");
  asTabs();
  phone.addEventListener("change", asTabs);
  list.addEventListener("click", event => {
    const tab = event.target.closest("[role=tab]");
    if (tab) show(tab.getAttribute("aria-controls"));
  });
  list.addEventListener("keydown", event => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = tabs().find(tab => tab !== document.activeElement);
    show(other.getAttribute("aria-controls"));
    other.focus();
  });
});

document.addEventListener("click", event => {   // "¶ 4" leads into the article
  if (event.target.closest?.('a[href^="#p"]')) show("article");
});

// Margin
let opener = null;

function open(by = null) {
  if (!margin()) return;
  opener = by;
  root.dataset.margin = "open";
  for (const button of document.querySelectorAll(".margin-toggle")) button.setAttribute("aria-expanded", "true");
  if (by) { margin().tabIndex = -1; margin().focus({ preventScroll: true }); }
}

function close() {
  delete root.dataset.margin;
  for (const button of document.querySelectorAll(".margin-toggle")) button.setAttribute("aria-expanded", "false");
  opener?.focus();
  opener = null;
}

each("#margin > header", header => {
  if (header.querySelector(".margin-close")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "margin-close";
  button.setAttribute("aria-label", "Close the margin");
  button.textContent = "×";
  header.append(button);
});

document.addEventListener("click", event => {
  const toggle = event.target.closest?.(".margin-toggle");
  if (toggle) root.dataset.margin ? close() : open(toggle);
  else if (event.target.closest?.(".margin-close")) close();
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && narrow.matches && margin()?.contains(document.activeElement) && !event.defaultPrevented) close();
});
document.addEventListener("argmap:selected", event => {
  if (event.detail.node == null) return;
  if (phone.matches) show("argument");   // there the card itself has the tools; the margin would hide them
  else if (narrow.matches) open();
});
document.addEventListener("htmx:after:swap", event => {
  if (asked(event) && margin()?.querySelector("form.write")) open();
});

// Divider
each(".divider", divider => {
  const workspace = divider.closest(".workspace");
  const article = document.getElementById("article");
  const least = 300;
  const most = () => Math.max(least, workspace.clientWidth - (narrow.matches ? 0 : margin()?.offsetWidth ?? 0) - 360);

  function set(width, keep = true) {
    const inside = Math.round(Math.max(least, Math.min(width, most())));
    root.style.setProperty("--article-width", `${inside}px`);
    divider.setAttribute("aria-valuenow", inside);
    divider.setAttribute("aria-valuemax", most());
    if (keep) memory.set("article-width", inside);
    dispatchEvent(new Event("resize"));
  }
  function reset() {
    root.style.removeProperty("--article-width");
    memory.drop("article-width");
    divider.setAttribute("aria-valuenow", article.offsetWidth);
    dispatchEvent(new Event("resize"));
  }

  divider.setAttribute("aria-valuemin", least);
  divider.setAttribute("aria-valuemax", most());
  divider.setAttribute("aria-valuenow", article.offsetWidth);
  if (Number(memory.get("article-width"))) set(Number(memory.get("article-width")), false);

  const sign = getComputedStyle(workspace).direction === "rtl" ? -1 : 1;
  divider.addEventListener("pointerdown", event => {
    if (event.button) return;
    event.preventDefault();
    divider.focus({ preventScroll: true });
    divider.setPointerCapture(event.pointerId);
    divider.classList.add("dragging");
    const from = event.clientX, width = article.offsetWidth;
    const move = moved => set(width + sign * (moved.clientX - from));
    divider.addEventListener("pointermove", move);
    divider.addEventListener("lostpointercapture", () => {
      divider.removeEventListener("pointermove", move);
      divider.classList.remove("dragging");
    }, { once: true });
  });
  divider.addEventListener("dblclick", reset);
  divider.addEventListener("keydown", event => {
    const step = { ArrowLeft: -24, ArrowRight: 24 }[event.key];
    if (step) set(article.offsetWidth + sign * step);
    else if (event.key === "Home") set(least);
    else if (event.key === "End") set(most());
    else if (event.key === "Enter") reset();
    else return;
    event.preventDefault();
  });
});
