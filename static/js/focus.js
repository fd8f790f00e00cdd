// Puts the focus where the person's act led to: HX-Trigger {"argmap:focus": {"target": "#card-7"}},
// or the field marked data-focus, or the first invalid one, in a form that they asked for; where
// what had it has gone, to the heading of the margin. Live updates never move it.
import { asked, reveal } from "./page.js";
import { marginShown } from "./panes.js";

const seen = new WeakSet();

function wanted(root = document) {
  const fresh = [...root.querySelectorAll("[aria-invalid=true], [data-focus]")].filter(element => !seen.has(element));
  for (const element of fresh) seen.add(element);
  return fresh.find(element => element.matches("[aria-invalid=true]")) ?? before(fresh[0]);
}

/** What must be chosen first, where it stands before the field. */
function before(field) {
  const unset = [...field?.form?.elements ?? []].find(other =>
    other.type === "radio" ? ![...field.form.elements].some(each => each.name === other.name && each.checked)
    : other.matches("select, [data-picker]") && !other.value && !other.closest(".field")?.querySelector(".optional"));
  return unset && unset.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING ? unset : field;
}

function focus(element) {
  if (!element) return;
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  if (element.matches("[data-select]")) element.select();   // what is offered is written over, or kept
  reveal(element.closest(".item.selected > .box") ?? element);
}

document.addEventListener("argmap:focus", event => focus(document.querySelector(event.detail.target)));

document.addEventListener("htmx:after:swap", event => {
  const element = wanted();
  if (asked(event)) focus(element);
});

// Where the focus was when something was asked for; and, for a list that goes on, the place in it
let held = null;

document.addEventListener("htmx:before:request", event => {
  if (!asked(event)) return;
  const element = document.activeElement ?? document.body;
  const more = element.closest(".more");
  held = element === document.body ? null : { list: more?.parentElement, index: more && [...more.parentElement.children].indexOf(more) };
});
document.addEventListener("htmx:finally:request", event => {   // after the events of HX-Trigger
  if (!asked(event) || !held || (document.activeElement ?? document.body) !== document.body) return;
  focus(held.list?.isConnected ? held.list.children[held.index]?.querySelector("a")
    : marginShown() ? document.querySelector("#margin > header h2")
    : document.querySelector(".item.selected .statement a") ?? document.getElementById("argument"));
  held = null;
});

const first = wanted();   // a page that came back with errors
if (first?.matches("[aria-invalid=true]")) focus(first);
