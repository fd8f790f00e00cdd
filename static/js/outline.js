// Puts what came or moved in the outline at its place, and takes away what is gone. The server
// sends <hx-place id="n7" list="under-5" after="n3"> with the item as a new page has it. Of one that
// is there already, what its reader opened stays open. Where this page has left out what is around
// the place, the item comes with the rest, when that is opened.
function place(template) {
  const item = template.content.firstElementChild;
  const list = document.getElementById(template.getAttribute("list"));
  const after = template.getAttribute("after");
  let there = document.getElementById(template.id);
  if (there?.matches(".mention")) { // a line, of which the words may have changed
    there.remove();
    there = null;
  }
  const before = document.getElementById(after);
  if (!list || isLeftOut(list, after, before)) {
    if (there?.parentElement !== list) there?.remove();
    return;
  }
  if (there?.parentElement === list && there.previousElementSibling === before) return;
  const next = before ? before.nextElementSibling : list.firstElementChild;
  list.insertBefore(there ?? document.adoptNode(item), next);
  if (!there) htmx.process(item);
}

function isLeftOut(list, after, before) {
  if (!after) return Boolean(list.firstElementChild?.matches(".more"));
  return before?.parentElement !== list || before.matches(".more ~ *, :has(+ .more)");
}

htmx.registerExtension("outline", { htmx_process_place: place });
