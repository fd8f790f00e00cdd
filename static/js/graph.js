// The graph: its size, moving over it, and walking along its links. Without this it is a picture
// of links that scrolls.

const canvas = () => document.getElementById("canvas");
const drawing = () => document.getElementById("graph-svg");
const SMALLEST = 0.25;
const LARGEST = 2;
let scale = 1;
let held = null;   // what stays where it is while the drawing changes: {id, left, top}

/** Its size by itself, as the server says it. */
function whole() {
  const { width, height } = drawing().viewBox.baseVal;
  return { width, height };
}

function zoom(to, at) {
  const pane = canvas();
  if (!drawing()) return;
  to = Math.min(LARGEST, Math.max(SMALLEST, to));
  const frame = pane.getBoundingClientRect();
  const x = at ? at.clientX - frame.left : frame.width / 2;
  const y = at ? at.clientY - frame.top : frame.height / 2;
  const by = to / scale;
  const left = (pane.scrollLeft + x) * by - x;
  const top = (pane.scrollTop + y) * by - y;
  scale = to;
  size();
  pane.scrollTo({ left, top, behavior: "instant" });
}

function size() {
  const { width, height } = whole();
  drawing().style.width = `${width * scale}px`;
  drawing().style.height = `${height * scale}px`;
}

function fit() {
  const { width, height } = whole();
  const pane = canvas();
  scale = Math.max(SMALLEST, Math.min(1, pane.clientWidth / width, pane.clientHeight / height));
  size();
  pane.scrollTo({ left: 0, top: 0, behavior: "instant" });
}

const selected = () => drawing()?.querySelector(".node.selected");
const shown = () => selected() ?? drawing()?.querySelector(".node");

/** Bring a statement into what one sees; no further than it needs. */
function reveal(node) {
  const pane = canvas();
  if (!node) return;
  const box = node.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  const over = (from, to, low, high) => from < low ? from - low : Math.min(Math.max(0, to - high), from - low);
  pane.scrollBy({
    left: over(box.left, box.right, frame.left + 24, frame.right - 72),
    top: over(box.top, box.bottom, frame.top + 16, frame.bottom - 24),
    behavior: "instant",
  });
}

function centre(node) {
  const pane = canvas();
  if (!node) return;
  const box = node.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  pane.scrollBy({ top: box.top + box.height / 2 - frame.top - frame.height / 2, behavior: "instant" });
  reveal(node);
}

/** One statement is reached by Tab, the others by arrows; what is beside them is theirs. */
function rove(to = document.activeElement?.closest?.(".node") ?? shown()) {
  for (const each of drawing()?.querySelectorAll("a") ?? []) each.setAttribute("tabindex", each === to ? "0" : "-1");
}

function arrive() {
  if (!drawing()) return;
  document.getElementById("graph-tools").hidden = false;
  if (scale !== 1) size();
  rove();
}

const numberOf = node => node.id.slice(1);
const pillOf = node => document.getElementById(`p${numberOf(node)}`);
const parentOf = node => document.getElementById(`g${node.dataset.parent}`);
const middle = node => { const box = node.getBoundingClientRect(); return (box.top + box.bottom) / 2; };

function nearest(nodes, node) {
  return nodes.sort((one, other) => Math.abs(middle(one) - middle(node)) - Math.abs(middle(other) - middle(node)))[0];
}

function step(node, key) {
  const all = [...drawing().querySelectorAll(".node")];
  const left = node.getBoundingClientRect().left;
  const column = all.filter(each => Math.abs(each.getBoundingClientRect().left - left) < 2).sort((one, other) => middle(one) - middle(other));
  if (key === "ArrowUp") return column[column.indexOf(node) - 1];
  if (key === "ArrowDown") return column[column.indexOf(node) + 1];
  if (key === "ArrowLeft") return parentOf(node);
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  return nearest(all.filter(each => each.dataset.parent === numberOf(node)), node);
}

function go(link, keep) {
  const { left, top } = keep.getBoundingClientRect();
  held = { id: keep.id, left, top };
  const to = new URL(link.getAttribute("href"), location.href);
  htmx.ajax("GET", to.pathname + to.search, { target: "#graph", swap: "innerMorph", push: to.pathname + to.search });
}

if (document.getElementById("graph")) {
  arrive();
  centre(shown());

  document.addEventListener("htmx:after:swap", () => {
    arrive();
    const node = held && document.getElementById(held.id);
    if (node && held) {
      // Where it will stand, though it may still be on its way there.
      const calm = node.getAnimations().map(each => { each.finish(); return each; });
      const { left, top } = node.getBoundingClientRect();
      canvas().scrollBy({ left: left - held.left, top: top - held.top, behavior: "instant" });
      if (calm.length === 0) reveal(node);
    }
    held = null;
  });

  document.addEventListener("click", event => {
    const link = event.target.closest?.("#graph a");
    if (link && moved) return event.preventDefault();
    if (!link?.getAttribute("href").startsWith("?")) return;
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const of = link.matches(".pill") ? document.getElementById(`g${numberOf(link)}`) : link;
    go(link, of.id ? of : shown());
  });

  document.addEventListener("keydown", event => {
    const node = event.target.closest?.(".graph .node");
    if (!node || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      location.assign(`${canvas().dataset.card}?node=${numberOf(node)}#n${numberOf(node)}`);
    } else if (event.key === " ") {
      event.preventDefault();
      node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    } else if (["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      const shut = event.key === "ArrowRight" && node.getAttribute("aria-expanded") === "false" && pillOf(node);
      if (shut) return go(shut, node);
      const to = step(node, event.key);
      if (!to) return;
      rove(to);
      to.focus({ preventScroll: true });
      reveal(to);
    }
  });

  document.addEventListener("click", event => {
    const how = event.target.closest?.("[data-zoom]")?.dataset.zoom;
    if (how === "fit") fit();
    if (how === "in") zoom(scale * 1.25);
    if (how === "out") zoom(scale / 1.25);
  });

  document.getElementById("graph").addEventListener("wheel", event => {
    if (!event.ctrlKey || !event.target.closest(".canvas")) return;
    event.preventDefault();
    zoom(scale * Math.exp(-event.deltaY / 300), event);
  }, { passive: false });
}

// Dragging the ground moves the drawing.
let from = null;
let moved = false;
document.addEventListener("pointerdown", event => {
  moved = false;
  if (event.button || event.pointerType === "touch" || !event.target.closest?.(".canvas") || event.target.closest("a")) return;
  from = { x: event.clientX + canvas().scrollLeft, y: event.clientY + canvas().scrollTop };
});
document.addEventListener("pointermove", event => {
  if (!from) return;
  canvas().classList.add("panning");
  moved = true;
  canvas().scrollTo({ left: from.x - event.clientX, top: from.y - event.clientY, behavior: "instant" });
});
document.addEventListener("pointerup", () => {
  from = null;
  canvas()?.classList.remove("panning");
});
