// Words are chosen without a mouse. One paragraph of the article is a stop for Tab; the arrows go
// from it to the others. Enter chooses its first sentence, left and right the ones before and
// after it; with Shift the end of what is chosen moves by a word or (up, down) by a sentence, with
// Alt and Shift its beginning. What is chosen is the browser's own selection, so the bar of
// selection.js rises over it.
import { each, reveal } from "./page.js";

const PARAGRAPHS = "#text .paragraph";

/** The parts of a text, without the white space around them: [{from, to}] */
function parts(text, granularity, language) {
  const segmenter = new Intl.Segmenter(language || undefined, { granularity });
  return [...segmenter.segment(text)]
    .filter(part => granularity === "sentence" ? part.segment.trim() : part.isWordLike)
    .map(({ segment, index }) => ({ from: index + segment.length - segment.trimStart().length, to: index + segment.trimEnd().length }));
}

function point(paragraph, offset) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node; (node = walker.nextNode()); last = node) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return last ? [last, last.length] : [paragraph, 0];
}

/** Where the selection begins and ends within a paragraph, if it does. */
function chosenIn(paragraph) {
  const selection = getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  if (!range || !paragraph.contains(range.startContainer) || !paragraph.contains(range.endContainer)) return null;
  const lead = document.createRange();
  lead.setStart(paragraph, 0);
  lead.setEnd(range.startContainer, range.startOffset);
  const from = lead.toString().length;
  return { from, to: from + range.toString().length };
}

function choose(paragraph, { from, to }) {
  getSelection().setBaseAndExtent(...point(paragraph, from), ...point(paragraph, to));
}

/** What the key makes of what is chosen; nothing where there is no more in this paragraph. */
function changed(chosen, event, words, sentences) {
  const ahead = ["ArrowRight", "ArrowDown"].includes(event.key);
  const by = ["ArrowUp", "ArrowDown"].includes(event.key) ? sentences : words;
  if (event.shiftKey && event.altKey) {
    const begins = by.map(part => part.from);
    const from = ahead ? begins.find(at => at > chosen.from && at < chosen.to) : begins.findLast(at => at < chosen.from);
    return from === undefined ? null : { ...chosen, from };
  }
  if (event.shiftKey) {
    const ends = [...new Set([...by, sentences.at(-1)].map(part => part.to))];
    const to = ahead ? ends.find(at => at > chosen.to) : ends.findLast(at => at < chosen.to && at > chosen.from);
    return to === undefined ? null : { ...chosen, to };
  }
  return ahead ? sentences.find(part => part.from >= chosen.to) : sentences.findLast(part => part.to <= chosen.from);
}

function go(paragraph) {
  if (!paragraph) return;
  for (const other of document.querySelectorAll(`${PARAGRAPHS}[tabindex="0"]`)) other.tabIndex = -1;
  paragraph.tabIndex = 0;
  paragraph.focus({ preventScroll: true });
  reveal(paragraph);
}

function onKey(event) {
  const paragraph = event.target;
  if (!paragraph.matches?.(PARAGRAPHS) || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
  const all = [...document.querySelectorAll(PARAGRAPHS)];
  const chosen = chosenIn(paragraph);
  const plain = !event.shiftKey && !event.altKey;
  const to = plain && { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (to) {
    event.preventDefault();
    getSelection().removeAllRanges();
    go(all[all.indexOf(paragraph) + to]);
  } else if (plain && ["Home", "End"].includes(event.key)) {
    event.preventDefault();
    go(event.key === "Home" ? all[0] : all.at(-1));
  } else if (event.key === "Enter" || (chosen && event.key.startsWith("Arrow") && (event.shiftKey || plain))) {
    const language = paragraph.closest("[lang]")?.lang;
    const words = parts(paragraph.textContent, "word", language);
    const sentences = parts(paragraph.textContent, "sentence", language);
    if (!sentences.length) return;
    event.preventDefault();
    const next = event.key === "Enter" ? sentences[0] : changed(chosen, event, words, sentences);
    if (next) choose(paragraph, next);
  }
}

each("#text", text => {
  if (!Intl.Segmenter) return;
  const first = text.querySelector(".paragraph");
  if (first) first.tabIndex = 0;
});
document.addEventListener("keydown", onKey);
