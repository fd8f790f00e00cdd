// A menu (<details class="menu">) closes when one clicks elsewhere, chooses from it or presses Escape;
// what opens below the edge of a pane is scrolled into view.
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
  if (event.target.matches("details.menu[open]")) reveal(event.target.querySelector(".menu-panel"));
}, true);
