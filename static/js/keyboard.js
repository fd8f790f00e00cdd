// Keys for those who like them: "?" lists the keys, j/k and the arrows walk the outline.
// Single-key shortcuts are off where body has data-shortcuts="off", or where the person said so.
import { each, memory, typing } from "./page.js";

const off = () => document.body.dataset.shortcuts === "off" || memory.get("shortcuts") === "off";
const statements = () => [...document.querySelectorAll("#outline .statement a")].filter(link => link.getClientRects().length);

function walk(step) {
  const all = statements();
  const at = all.findIndex(link => link.closest(".card") === document.activeElement.closest(".card"));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus({ preventScroll: true });
  next?.closest(".box").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog:modal")) return;

  if (event.target.closest?.("#outline .card")) {
    const step = { ArrowDown: 1, ArrowUp: -1, ...(off() ? {} : { j: 1, k: -1 }) }[event.key];
    if (step) { event.preventDefault(); walk(step); return; }
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
