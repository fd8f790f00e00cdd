// Selecting words of the article raises a small bar at the selection. Its form gets the offsets
// of the words, in Unicode code points over the whole edition. What was chosen stays marked
// while the form that was opened for it is on the page.
import { each, typing } from "./page.js";

const points = string => [...string].length;

/** The chosen part of each paragraph, without white space at either end: [{paragraph, from, to}] */
function pieces(range, text) {
  const found = [];
  for (const paragraph of text.querySelectorAll(".paragraph")) {
    if (!range.intersectsNode(paragraph)) continue;
    const whole = paragraph.textContent;
    const before = (node, offset) => {
      const lead = document.createRange();
      lead.setStart(paragraph, 0);
      lead.setEnd(node, offset);
      return lead.toString().length;
    };
    let from = paragraph.contains(range.startContainer) ? before(range.startContainer, range.startOffset) : 0;
    let to = paragraph.contains(range.endContainer) ? before(range.endContainer, range.endOffset) : whole.length;
    while (from < to && /\s/.test(whole[from])) from++;
    while (to > from && /\s/.test(whole[to - 1])) to--;
    if (from < to) found.push({ paragraph, whole, from, to });
  }
  return found;
}

function offsets(range, text) {
  const parts = pieces(range, text);
  if (!parts.length) return null;
  const place = (part, index) => Number(part.paragraph.dataset.start) + points(part.whole.slice(0, index));
  return { start: place(parts[0], parts[0].from), end: place(parts.at(-1), parts.at(-1).to) };
}

/** The way back: a DOM range for offsets in the edition. */
function rangeOf({ start, end }, text) {
  const range = document.createRange();
  const put = (offset, set) => {
    const paragraph = [...text.querySelectorAll(".paragraph")].filter(p => Number(p.dataset.start) <= offset).at(-1);
    if (!paragraph) return false;
    let left = [...paragraph.textContent].slice(0, offset - Number(paragraph.dataset.start)).join("").length;
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      if (left <= node.length) { set.call(range, node, left); return true; }
      left -= node.length;
    }
    return false;
  };
  return put(start, range.setStart) && put(end, range.setEnd) ? range : null;
}

each("#selection-bar", bar => {
  const text = document.getElementById("text");
  const pane = document.getElementById("article") ?? text.parentElement;
  const buttons = [...bar.querySelectorAll("button, a[href]")];   // visitors have a link to sign in
  if (!text || !buttons.length) return;
  text.closest("[data-needs-script]")?.removeAttribute("hidden");
  const gone = new AbortController();   // going back brings another bar
  const on = (name, listener, options) => document.addEventListener(name, listener, { signal: gone.signal, ...options });
  let chosen = null;      // offsets that the bar was used for
  let formSeen = false;   // the form opened for them has arrived
  let dismissed = "";     // the selection for which the bar was closed
  let raised = null;      // {range, start, end} while the bar is up
  let pointerDown = false;
  let timer;

  function paint() {
    if (!window.Highlight) return;
    CSS.highlights.delete("chosen");
    const range = chosen && rangeOf(chosen, document.getElementById("text"));
    if (range) CSS.highlights.set("chosen", new Highlight(range));
  }

  function place() {
    if (!raised) return;
    const rects = [...raised.range.getClientRects()].filter(rect => rect.width > 1);
    const edges = pane.getBoundingClientRect();
    const coarse = matchMedia("(pointer: coarse)").matches;   // there the system's own menu is above
    const first = rects[0], last = rects.at(-1);
    if (!first || last.bottom < edges.top || first.top > edges.bottom) { bar.style.visibility = "hidden"; return; }
    bar.style.visibility = "";
    const { width, height } = bar.getBoundingClientRect();
    const below = coarse || first.top - height - 12 < Math.max(edges.top, 0);
    const gap = coarse ? 30 : 12;   // room for the handles of a touch selection
    const edge = edges.width > width + 16 ? edges.right : innerWidth;
    const rect = below ? last : first;
    const middle = rect.left + rect.width / 2;
    const left = Math.max(8, Math.min(middle - width / 2, edge - width - 8));
    const top = below ? Math.min(rect.bottom + gap, innerHeight - height - 8) : rect.top - height - 10;
    bar.classList.toggle("below", below);
    bar.style.left = `${left}px`;
    bar.style.top = `${top}px`;
    bar.style.setProperty("--tip", `${Math.max(14, Math.min(middle - left, width - 14))}px`);
  }

  function lower() {
    raised = null;
    bar.hidden = true;
  }

  function look() {
    const selection = getSelection();
    if (bar.contains(document.activeElement)) return;
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const at = range && range.intersectsNode(text) ? offsets(range, text) : null;
    if (!at) { dismissed = ""; lower(); return; }
    if (dismissed === `${at.start}-${at.end}`) return;
    dismissed = "";
    raised = { range, ...at };
    const values = { edition: text.dataset.edition, start: at.start, end: at.end };
    for (const [name, value] of Object.entries(values)) if (bar.elements[name]) bar.elements[name].value = value;
    buttons.forEach((button, index) => { button.tabIndex = index ? -1 : 0; });
    bar.hidden = false;
    place();
  }

  function close() {
    if (raised) dismissed = `${raised.start}-${raised.end}`;
    lower();
  }

  on("selectionchange", () => {
    clearTimeout(timer);
    if (!pointerDown) timer = setTimeout(look, 180);
  });
  on("pointerdown", event => {
    pointerDown = event.pointerType === "mouse" && !bar.contains(event.target);
    if (pointerDown) lower();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    on(name, () => {
      pointerDown = false;
      clearTimeout(timer);
      timer = setTimeout(look, 30);
    });
  }

  bar.addEventListener("pointerdown", event => {
    event.preventDefault();   // keep the selection
    look();
  });
  bar.addEventListener("submit", event => {
    if (!event.submitter?.matches("[data-sends]")) event.preventDefault();
  });
  bar.addEventListener("click", event => {
    if (!event.target.closest("button") || !raised) return;
    chosen = { start: raised.start, end: raised.end };
    formSeen = false;
    paint();
    close();
  });

  bar.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    const next = step ? (at + step + buttons.length) % buttons.length
      : event.key === "Home" ? 0 : event.key === "End" ? buttons.length - 1 : -1;
    if (next < 0) return;
    event.preventDefault();
    buttons.forEach((button, index) => { button.tabIndex = index === next ? 0 : -1; });
    buttons[next].focus();
  });

  on("keydown", event => {
    if (event.key === "Tab") look();   // the bar follows a moment later than the keys
    if (!raised) return;
    if (event.key === "Escape") {
      event.preventDefault();
      const inside = bar.contains(document.activeElement);
      close();
      if (inside) pane.focus({ preventScroll: true });
    } else if (event.key === "Tab" && !event.shiftKey && !bar.contains(document.activeElement) && !typing(document.activeElement)) {
      event.preventDefault();
      buttons[0].focus();
    }
  });

  /** The offsets of what is selected, where all of it is in the text. */
  function selected() {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    return range && text.contains(range.commonAncestorContainer) ? offsets(range, text) : null;
  }

  // A mark that comes or goes cuts its paragraph anew, which ends a selection there
  let kept = null;        // {start, end, backward} of what was selected before the swap
  on("htmx:before:swap", () => {
    const { anchorNode, anchorOffset } = getSelection();
    kept = selected();
    if (!kept) return;
    const range = getSelection().getRangeAt(0);
    kept.backward = range.startContainer !== anchorNode || range.startOffset !== anchorOffset;
  });
  on("htmx:after:swap", () => {
    if (!kept || typing(document.activeElement)) return;
    const now = selected();
    if (now?.start === kept.start && now.end === kept.end) return;
    const range = rangeOf(kept, text);
    if (!range) return;
    const { startContainer, startOffset, endContainer, endOffset } = range;
    if (kept.backward) getSelection().setBaseAndExtent(endContainer, endOffset, startContainer, startOffset);
    else getSelection().setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
  });

  on("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place, { signal: gone.signal });
  look();   // words that were selected before this module had come

  // The mark goes when the form that it was made for has gone
  on("htmx:after:swap", () => {
    if (!bar.isConnected) return gone.abort();
    if (!chosen) return;
    const form = document.querySelector("#margin form.write, .tools form.write");
    if (form) formSeen = true;
    else if (formSeen) chosen = null;
    paint();
  });
});
