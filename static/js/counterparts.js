// Hovering or focusing a card marks its words in the article, and the other way round; after a
// moment, or at once for the keyboard, it scrolls them into view.
// Clicking words selects their node; of several things on them the margin has a list.
import { inView, reveal } from "./page.js";

const REST = 400;   // milliseconds that a pointer rests before anything moves
const numbers = element => (element.dataset.node ?? element.dataset.nodes ?? "").split(" ").filter(Boolean);
let marked = [];
let source = null;
let timer;

function mark(element) {
  for (const other of marked) other.classList.remove("counterpart");
  marked = [];
  for (const number of element ? numbers(element) : []) {
    const other = element.matches(".card")
      ? document.querySelectorAll(`[data-nodes~="${CSS.escape(number)}"]`)
      : document.querySelectorAll(`#card-${CSS.escape(number)}, .passage[data-nodes~="${CSS.escape(number)}"], #strip [data-nodes~="${CSS.escape(number)}"]`);
    marked.push(...other);
  }
  for (const other of marked) other.classList.add("counterpart");
}

function show(element) {
  if (!element?.isConnected) return;
  const others = marked.filter(other => other.matches(element.matches(".card") ? ".passage" : ".card"));
  const shown = others.filter(other => other.getClientRects().length);   // the other pane may be a hidden tab
  if (!shown.some(inView)) reveal(shown[0]);
}

function look(event) {
  const element = event.target.closest?.(".card[data-node], .passage[data-nodes]") ?? null;
  mark(element);
  if (element === source) return;
  source = element;
  clearTimeout(timer);
  if (!element) return;
  if (event.type === "focusin") { if (event.target.matches(":focus-visible")) show(element); }
  else if (event.pointerType === "mouse" && !event.buttons) timer = setTimeout(show, REST, element);
}

for (const name of ["pointerover", "focusin"]) document.addEventListener(name, look);
document.addEventListener("pointerdown", () => clearTimeout(timer));
document.addEventListener("focusout", () => { source = null; mark(null); });

document.addEventListener("click", event => {
  const passage = event.target.closest?.("a.passage");
  if (!passage || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  passage.focus({ preventScroll: true });   // it was no link when it was pressed (see passages.js)
  if (passage.hasAttribute("hx-get")) return;
  const link = document.querySelector(`#card-${numbers(passage)[0]} .statement a`);
  if (!link) return;   // then the link goes where it says
  event.preventDefault();
  link.click();
});
