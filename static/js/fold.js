// Folds what bears on a statement, and remembers it for the map. Whatever is selected in a folded
// branch unfolds the way to it.
import { each, memory } from "./page.js";

const key = `folded.${location.pathname.split("/")[2]}`;
const MOST = 2000;   // statements of a map that are remembered
const folded = new Set(JSON.parse(memory.get(key) ?? "[]"));
const numberOf = item => Number(item.id.slice(1));
const parentOf = item => item.parentElement.closest(".item");
const inFull = ":scope > .under > .item:not(.mention)";

/** Whether something stands below it that could be folded. */
export const folds = item => Boolean(item.querySelector(":scope > .under > li"));
export const isFolded = item => item.classList.contains("folded");

/** "+12"; with "…" where more can be asked for. */
function count(item) {
  const more = item.querySelector(".under > .more") ? "…" : "";
  return `+${item.querySelectorAll(".under > .item").length}${more}`;
}

function tell(item, shut) {
  const button = item.querySelector(":scope > .box > .fold");
  button?.setAttribute("aria-expanded", String(!shut));
  if (button) button.textContent = shut ? count(item) : "−";
}

function turn(item, shut) {
  item.classList.toggle("folded", shut);
  folded[shut ? "add" : "delete"](numberOf(item));
  tell(item, shut);
}

const remember = () => memory.set(key, JSON.stringify([...folded].slice(-MOST)));

export function fold(item, shut = true) {
  turn(item, shut);
  remember();
}

/** Below this one too, so that each opens to one level; or everything open. */
export function foldAllBelow(item, shut) {
  for (const each of [item, ...item.querySelectorAll(".item:not(.mention)")]) turn(each, shut && folds(each));
  remember();
}

export function unfoldTo(item) {
  if (!item) return;
  for (let above = parentOf(item); above; above = parentOf(above)) if (isFolded(above)) turn(above, false);
  remember();
}

/** So many levels open from the top; all of them for 0. */
function showLevels(levels) {
  const visit = (item, level) => {
    turn(item, levels > 0 && level >= levels && folds(item));
    for (const child of item.querySelectorAll(inFull)) visit(child, level + 1);
  };
  for (const root of document.querySelectorAll("#outline > .item")) visit(root, 1);
  remember();
}

each("#outline .under", under => {
  const item = under.parentElement;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "fold", tabIndex: -1 });   // arrows do it too
  button.setAttribute("aria-controls", under.id);
  button.setAttribute("aria-label", `What bears on #${numberOf(item)}`);
  button.addEventListener("click", () => fold(item, !isFolded(item)));
  item.querySelector(":scope > .box").append(button);
  turn(item, folded.has(numberOf(item)));
});

each("[data-levels]", button => {
  button.closest("details").hidden = false;
  button.addEventListener("click", () => {
    showLevels(Number(button.dataset.levels));
    button.closest("details").open = false;
  });
});

document.addEventListener("htmx:after:swap", () => {
  for (const item of document.querySelectorAll(".item.folded")) tell(item, true);
});
