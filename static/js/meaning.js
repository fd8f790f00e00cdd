// Whether an edit changes the meaning is preset by the edit: a slip of the pen does not, other
// words do, as do other numbers (argmap/web/maps/meaning.py). Whoever chooses has the last word.
import { each } from "./page.js";

const words = text => text.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

/** How many letters it takes to make one word of the other. */
function distance(a, b) {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

const isSlip = (a, b) => a === b
  || (Math.min(a.length, b.length) > 3 && Math.max(a.length, b.length) < 40 && !/\p{N}/u.test(a + b) && distance(a, b) < 3);

export function changesMeaning(before, after) {
  const [was, is] = [words(before), words(after)];
  return was.length !== is.length || was.some((word, index) => !isSlip(word, is[index]));
}

each("input[name=changes_meaning][value=yes]", ({ form }) => {
  const { text, changes_meaning: answer } = form.elements;   // "" as long as neither is chosen
  const before = text.defaultValue;
  let preset = answer.value;
  let decided = false;
  for (const radio of answer) radio.addEventListener("change", () => { decided = true; });
  text.addEventListener("input", () => {
    if (decided || answer.value !== preset) return;   // chosen by the person, or in their draft
    for (const radio of answer) radio.checked = text.value !== before && (radio.value === "yes") === changesMeaning(before, text.value);
    preset = answer.value;
  });
});
