// Hovering or focusing a card marks its words in the article, and the other way round.
// Clicking the words selects their node; clicking again goes on to the next node there.

const numbers = element => (element.dataset.node ?? element.dataset.nodes ?? "").split(" ").filter(Boolean);
let marked = [];

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

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, event => mark(event.target.closest?.(".card[data-node], .passage[data-nodes]")));
}
document.addEventListener("focusout", () => mark(null));

document.addEventListener("click", event => {
  const passage = event.target.closest?.("a.passage");
  if (!passage || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const selection = getSelection();
  if (!selection.isCollapsed && selection.containsNode(passage, true)) { event.preventDefault(); return; }
  if (passage.hasAttribute("hx-get")) return;
  const here = numbers(passage).filter(number => document.getElementById(`card-${number}`));
  const now = here.findIndex(number => document.getElementById(`n${number}`)?.classList.contains("selected"));
  const link = here.length && document.querySelector(`#card-${here[(now + 1) % here.length]} .statement a`);
  if (!link) return;   // then the link goes where it says
  event.preventDefault();
  link.click();
});
