// What the behaviours share: find elements now and after every swap, and move panes gently.

/** In a task of its own, in the order asked: a phone shows and answers between them. */
export const soon = setTimeout;

/** Call wire(element) once for each element that matches, soon and whenever htmx brings one. */
export function each(selector, wire) {
  const seen = new WeakSet();
  const look = root => {
    for (const element of [root, ...root.querySelectorAll(selector)]) {
      if (element.matches(selector) && !seen.has(element)) {
        seen.add(element);
        wire(element);
      }
    }
  };
  soon(() => {
    look(document.body);
    window.htmx?.onLoad(root => { if (root.isConnected && root instanceof Element) look(root); });
  });
}

/** Whether a person asked for this swap, as opposed to a live update. */
export const asked = event => ["click", "submit", "change"].includes(event.detail?.ctx?.sourceEvent?.type);

/** Whether this swap brought the page for going back or forward in the history. */
export const restored = event => Boolean(event.detail?.ctx?.request?.headers?.["HX-History-Restore-Request"]);

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const ROOM = { above: 16, below: 64 };   // around what was scrolled to; a toast may stand below it

/** What one sees of the pane that an element stands in (or of the page): {pane, top, bottom} */
function frameOf(element) {
  const pane = element.closest(".article, .argument, .margin");
  if (!pane) return { top: 0, bottom: innerHeight };
  const { top } = pane.getBoundingClientRect();
  const head = pane.querySelector(":scope > :is(.views, header)");   // may stick to the top of its pane
  const sticks = head && !head.contains(element) && getComputedStyle(head).position === "sticky";
  const covered = !sticks ? 0 : head.matches(".views") ? head.offsetHeight : head.getBoundingClientRect().bottom - top;
  return { pane, top: top + covered, bottom: top + pane.clientHeight };
}

export function inView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const frame = frameOf(element);
  return top >= frame.top + 8 && bottom <= frame.bottom - 8;
}

/** Scroll an element into view if it is not; at once where it is far, or where motion is unwelcome. */
export function reveal(element, block = "nearest", behavior = "smooth") {
  if (!element?.getClientRects().length || inView(element)) return;
  const inside = element.getBoundingClientRect();
  const frame = frameOf(element);
  const height = frame.bottom - frame.top;
  const room = height - inside.height;
  const tall = room < ROOM.above + ROOM.below;
  if (!frame.pane) return element.scrollIntoView({ block: tall ? "start" : block, behavior: calm.matches ? "instant" : behavior });
  const above = inside.top - frame.top;
  const by = tall || (block === "nearest" && above < 8) ? above - ROOM.above
    : block === "nearest" ? above - room + ROOM.below
    : above - room / 2;
  const far = Math.abs(by) > 1.5 * height;
  frame.pane.scrollBy({ top: by, behavior: calm.matches || far ? "instant" : behavior });
}

/** A small memory that may be missing. */
export const memory = {
  get(key) { try { return localStorage.getItem(`argmap.${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`argmap.${key}`, value); } catch { /* only for this page */ } },
  drop(key) { try { localStorage.removeItem(`argmap.${key}`); } catch { /* nothing to drop */ } },
};

/** Whether keys typed now belong to a field. */
export const typing = element => Boolean(element?.closest?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]"));
