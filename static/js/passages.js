// The words of a passage can be selected like any others, though it is a link: browsers begin
// no selection on a link, so it is none for as long as it is pressed. The click that ends a
// selection leads nowhere.

let pressed = null;

function release() {
  if (pressed && !pressed.passage.hasAttribute("href")) pressed.passage.setAttribute("href", pressed.href);
}

document.addEventListener("pointerdown", event => {
  release();
  pressed = null;
  const passage = event.target.closest?.("a.passage[href]");
  if (!passage || event.button || event.ctrlKey || event.metaKey || event.altKey) return;
  pressed = { passage, href: passage.getAttribute("href"), x: event.clientX, y: event.clientY };
  passage.removeAttribute("href");
}, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, release, true);

document.addEventListener("click", event => {
  if (!event.detail || !event.target.closest?.("a.passage")) return;   // the keyboard's has no detail
  const moved = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 4;
  if (!(moved || event.detail > 1 || event.shiftKey) || getSelection().isCollapsed) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
