// The panes of the workspace: two tabs on phones, a margin that slides over where there is
// no room for it, and a divider that can be dragged or moved with the arrow keys.
import { asked, each, memory, restored } from "./page.js";

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
  show(root.dataset.pane ?? (node && !/^#p\d/.test(location.hash) ? "argument" : "article"));
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
  const skip = event.target.closest?.("a.skip");   // the pane may not be there before it is shown
  if (skip && document.querySelector(".workspace")) bring(skip.hash.slice(1));
});

// Margin. Where it slides over it opens for the button, or by itself for what was asked for there;
// then it closes by itself too, when a node is selected: its tools are under it.
let opener = null;
let byItself = false;
const isOpen = () => root.dataset.margin === "open";

export const marginShown = () => Boolean(margin()) && (!narrow.matches || isOpen());

function expanded() {
  for (const button of document.querySelectorAll(".margin-toggle")) button.setAttribute("aria-expanded", isOpen());
}

function open(by = null) {
  if (!margin() || isOpen()) return;
  opener = by;
  byItself = !by;
  root.dataset.margin = "open";
  expanded();
  if (by) { margin().tabIndex = -1; margin().focus({ preventScroll: true }); }
}

function close() {
  const inside = margin()?.contains(document.activeElement);
  delete root.dataset.margin;
  expanded();
  const back = opener?.isConnected ? opener : document.querySelector(".item.selected .statement a") ?? document.getElementById("argument");
  if (inside && narrow.matches) back?.focus({ preventScroll: true });
  opener = null;
}

/** Bring a pane in view: where they are tabs, its tab; where the margin slides over, the margin. */
export function bring(pane) {
  if (pane === "margin") return narrow.matches && open();
  if (narrow.matches) close();
  show(pane);
}

each(".margin-toggle", expanded);

document.addEventListener("click", event => {
  const toggle = event.target.closest?.(".margin-toggle");
  if (toggle) isOpen() ? close() : open(toggle);
  else if (event.target.closest?.(".margin-close")) close();
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.defaultPrevented || !narrow.matches || !isOpen()) return;
  if (document.querySelector("dialog:modal")) return;
  event.preventDefault();
  close();
});
document.addEventListener("argmap:selected", event => {
  if (byItself) close();
  if (event.detail.node != null && phone.matches) show("argument");
});
document.addEventListener("argmap:focus", event => {   // what was written is there, or it is not
  if (margin()?.contains(document.querySelector(event.detail.target))) open();
  else close();
});
document.addEventListener("htmx:after:swap", event => {
  const { target, response, hx } = event.detail?.ctx ?? {};
  if (asked(event) && target === margin() && response?.status < 400 && !hx?.trigger?.includes("argmap:selected")) open();
});

// Back and forward bring new panes: they stand where the old ones stood
const scrolled = {};
document.addEventListener("htmx:before:swap", event => {
  if (!restored(event)) return;
  for (const pane of document.querySelectorAll(".article, .argument")) scrolled[pane.id] = pane.scrollTop;
});
document.addEventListener("htmx:after:swap", event => {
  if (!restored(event)) return;
  for (const pane of document.querySelectorAll(".article, .argument")) pane.scrollTop = scrolled[pane.id] ?? 0;
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
