// Keys for those who like them: "?" lists the keys, j/k and the arrows walk the outline and fold it,
// "/" finds a statement, Ctrl K searches, c and d go to the next contested and disputed words of the
// text, F6 goes from pane to pane. Single-key shortcuts are off where body has
// data-shortcuts="off", or where the person said so.
import { fold, foldAllBelow, folds, isFolded } from "./fold.js";
import { each, inView, memory, reveal, typing } from "./page.js";
import { bring, marginShown } from "./panes.js";

const off = () => document.body.dataset.shortcuts === "off" || memory.get("shortcuts") === "off";
/** Whether single keys are shortcuts. */
export const single = () => !off();
const statements = () => [...document.querySelectorAll("#outline .statement a")].filter(link => link.getClientRects().length);
const phone = matchMedia("(max-width: 56.24em)");

/** To the next statement; from elsewhere to the one that is selected, or to the first. */
function walk(step) {
  if (phone.matches) bring("argument");
  const all = statements();
  const card = document.activeElement.closest("#outline .card");
  const at = all.findIndex(link => link.closest(".card") === card);
  const next = card ? all[Math.max(0, Math.min(all.length - 1, at + step))]
    : all.find(link => link.closest(".item.selected > .box")) ?? all[0];
  next?.focus({ preventScroll: true });
  next?.closest(".box").scrollIntoView({ block: "nearest" });
}

/** Shut what stands below, or go up from there; open it, or go down. With Shift all that is below. */
function across(item, shut, all) {
  if (all) return foldAllBelow(item, shut);
  if (folds(item) && isFolded(item) !== shut) return fold(item, shut);
  const to = shut ? item.parentElement.closest(".item") : item.querySelector(":scope > .under > .item");
  to?.querySelector(".statement a").focus();
}

/** To the next words of the text that are so, from those that have the focus, or that one sees. */
function along(layer, step) {
  const passages = [...document.querySelectorAll(`#text a.passage.${layer}`)]
    .filter((passage, at, all) => passage.dataset.nodes !== all[at - 1]?.dataset.nodes);
  if (!passages.length) return;
  if (phone.matches) bring("article");
  const here = document.activeElement.closest("#text a.passage") ?? document.querySelector("#text .passage.selected");
  const isBehind = passage => here
    ? here.compareDocumentPosition(passage) & Node.DOCUMENT_POSITION_FOLLOWING
    : passage.getBoundingClientRect().top >= 0;
  const next = step > 0 ? passages.find(isBehind) ?? passages[0]
    : passages.findLast(passage => passage !== here && !isBehind(passage)) ?? passages.at(-1);
  next.focus({ preventScroll: true });
  if (!inView(next)) reveal(next, "center");
}

/** To the next pane that there is; the margin where it is shown. */
function crossOver(step) {
  const panes = [...document.querySelectorAll("#article, #argument, #margin")].filter(pane =>
    pane.id === "margin" ? marginShown() : pane.id === "argument" || !pane.closest(".without-text"));
  const at = panes.findIndex(pane => pane.contains(document.activeElement));
  const next = panes[at < 0 ? (step > 0 ? 0 : panes.length - 1) : (at + step + panes.length) % panes.length];
  bring(next.id);
  next.focus({ preventScroll: true });
}

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "k") {
    const field = [...document.querySelectorAll("#site-search, .search-link, main #find")].find(each => each.getClientRects().length);
    if (field && !document.querySelector("dialog:modal")) { event.preventDefault(); field.matches("a") ? field.click() : field.focus(); }
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (document.querySelector("dialog:modal")) return;
  if (event.key === "F6" && document.getElementById("argument")) {
    event.preventDefault();
    crossOver(event.shiftKey ? -1 : 1);
  }
  if (typing(event.target) || event.target.closest?.("select")) return;

  const inCard = event.target.closest?.("#outline .card");
  const step = { ...(inCard ? { ArrowDown: 1, ArrowUp: -1 } : {}), ...(off() ? {} : { j: 1, k: -1 }) }[event.key];
  if (step && document.getElementById("outline")) { event.preventDefault(); walk(step); return; }
  const layer = { c: "contested", d: "disputed" }[event.key.toLowerCase()];
  if (layer && !off() && document.getElementById("text")) {
    event.preventDefault();
    along(layer, event.shiftKey ? -1 : 1);
    return;
  }
  const item = inCard && event.target.closest(".item");
  if (item && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    event.preventDefault();
    across(item, event.key === "ArrowLeft", event.shiftKey);
    return;
  }
  const find = document.getElementById("find");
  if (event.key === "/" && !off() && find) {
    event.preventDefault();
    if (phone.matches && find.closest("#argument")) bring("argument");
    find.focus();
  }
  if (event.key === "?" && !off()) {
    const dialog = document.querySelector("dialog#shortcuts");
    if (dialog) { event.preventDefault(); dialog.showModal(); }
  }
});

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-shortcuts-open]")) document.querySelector("dialog#shortcuts")?.showModal();
});

each("[data-shortcuts-open]", button => { button.hidden = false; });
each("[data-shortcuts-switch]", box => {
  box.checked = !off();
  box.addEventListener("change", () => {
    document.body.dataset.shortcuts = box.checked ? "on" : "off";
    memory.set("shortcuts", box.checked ? "on" : "off");
  });
});
