// A menu (<details class="menu">) closes when one clicks elsewhere, chooses from it or presses Escape;
// it opens below its button where there is room, else at the edge of what it stands in; what opens
// below the edge of a pane is scrolled into view.
import { reveal } from "./page.js";

const opened = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", event => {
  for (const menu of opened()) {
    if (!menu.contains(event.target) || event.target.closest("[hx-get]")) menu.open = false;
  }
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const menu of opened()) {
    event.preventDefault();
    menu.open = false;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) menu.querySelector("summary").focus();
  }
});
document.addEventListener("toggle", event => {   // it does not bubble
  if (!event.target.matches("details.menu[open]")) return;
  const panel = event.target.querySelector(".menu-panel");
  place(panel, event.target);
  reveal(panel);
}, true);

function place(panel, menu) {
  panel.style.inset = "";
  const around = panel.offsetParent;
  if (around === menu) return;
  const at = menu.getBoundingClientRect().left - around.getBoundingClientRect().left;
  if (at + panel.offsetWidth > around.clientWidth) return;
  panel.style.left = `${at}px`;
  panel.style.right = "auto";
}
