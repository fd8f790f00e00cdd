// Puts the focus where the person's act led to: HX-Trigger {"argmap:focus": {"target": "#card-7"}},
// or the field marked data-focus, or the first invalid one, in a form that they asked for.
// Live updates never move it.
import { asked, reveal } from "./page.js";

const seen = new WeakSet();

function wanted(root = document) {
  const fresh = [...root.querySelectorAll("[aria-invalid=true], [data-focus]")].filter(element => !seen.has(element));
  for (const element of fresh) seen.add(element);
  return fresh.find(element => element.matches("[aria-invalid=true]")) ?? fresh[0];
}

function focus(element) {
  if (!element) return;
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  reveal(element);
}

document.addEventListener("argmap:focus", event => {
  const { target } = event.detail;
  focus(typeof target === "string" ? document.querySelector(target) : event.target.closest?.("*"));
});

document.addEventListener("htmx:after:swap", event => {
  const element = wanted();
  if (asked(event)) focus(element);
});

const first = wanted();   // a page that came back with errors
if (first?.matches("[aria-invalid=true]")) focus(first);
