// A menu (<details class="menu">) closes when one clicks elsewhere or presses Escape.

const opened = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", event => {
  for (const menu of opened()) {
    if (!menu.contains(event.target)) menu.open = false;
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
