// Keeps the page in step with the selected node. The server says which it is:
// HX-Trigger: {"argmap:selected": {"node": 6}}, or null for none.
import { unfoldTo } from "./fold.js";
import { restored, reveal, soon } from "./page.js";

const given = () => document.querySelector(".item.selected")?.id.slice(1) ?? new URLSearchParams(location.search).get("node");
let current = given();

function mark() {
  for (const item of document.querySelectorAll(".item.selected")) {
    if (item.id === `n${current}`) continue;
    item.classList.remove("selected");
    item.querySelector(":scope > .box > .tools")?.replaceChildren();
    item.querySelector(":scope > .box .statement a")?.removeAttribute("aria-current");
  }
  const item = current && document.getElementById(`n${current}`);
  if (item) {
    item.classList.add("selected");
    item.querySelector(":scope > .box .statement a")?.setAttribute("aria-current", "true");
  }
  const graph = document.getElementById("to-graph");
  if (graph) graph.search = current ? `?node=${current}` : "";
  for (const passage of document.querySelectorAll("[data-nodes]")) {
    const mine = Boolean(current) && passage.dataset.nodes.split(" ").includes(current);
    if (mine !== passage.classList.contains("selected")) passage.classList.toggle("selected", mine);
  }
}

function show(block, behavior) {
  const annotation = new URLSearchParams(location.search).get("annotation");
  if (annotation) reveal(document.querySelector(`.passage[data-annotations~="${CSS.escape(annotation)}"]`), "center", behavior);
  if (!current) return;
  const number = CSS.escape(current);
  unfoldTo(document.getElementById(`n${current}`));
  reveal(document.querySelector(`#n${number} > .box`), block, behavior);
  reveal(document.querySelector(`.passage[data-nodes~="${number}"]`), "center", behavior);
}

document.addEventListener("argmap:selected", event => {
  current = event.detail.node == null ? null : String(event.detail.node);
  mark();
  show("nearest");
});

// htmx looks for what it will swap before it swaps: a node that comes with the same answer gets
// its tools by name
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const tools = tasks?.find(task => task.type === "partial" && !task.target && task.fragment.querySelector(".actions"));
  const node = tools && /"argmap:selected": ?{"node": ?(\d+)/.exec(ctx.hx?.trigger)?.[1];
  if (node) tools.target = `#tools-${node}`;
});

// A swap may have brought the text or the outline anew, without the marks; back and forward
// bring the whole page, as the server gives it for the address
document.addEventListener("htmx:after:swap", event => {
  if (restored(event)) current = given();
  mark();
  if (restored(event)) show("nearest", "instant");
});
soon(() => {   // once what is folded is
  mark();
  show("center", "instant");
});
