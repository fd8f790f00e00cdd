// Words typed into a form of the margin and not sent come back with the form, in this tab only:
// a draft is kept for the form's action and what it is about, until it is sent or discarded.
import { each } from "./page.js";

// It belongs to the account that typed it: nobody else who signs in here sees it.
const ALL = "argmap.draft:";
const PREFIX = `${ALL}${document.body.dataset.account ?? ""}:`;
const LOOSE = ["csrfmiddlewaretoken", "next", "version", "once"];   // hidden fields that say nothing of what it is about
const FORM = "#margin form[hx-post]:not(:has([type=password]))";

const store = {
  keys(prefix = PREFIX) { try { return Object.keys(sessionStorage).filter(key => key.startsWith(prefix)); } catch { return []; } },
  get(key) { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
  set(key, draft) { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* then it is not kept */ } },
  drop(key) { try { sessionStorage.removeItem(key); } catch { /* nothing to drop */ } },
};

const fields = form => [...form.elements].filter(field => field.name && !["hidden", "submit", "button", "file"].includes(field.type));
const words = form => fields(form).filter(field => field.matches("textarea, input:not([type=radio], [type=checkbox], [type=range])"));
const typed = form => words(form).some(field => field.value.trim() && field.value !== field.defaultValue);

function keyOf(form) {
  const about = [...form.elements].filter(field => field.type === "hidden" && field.value && !LOOSE.includes(field.name));
  return `${PREFIX}${form.getAttribute("action")}?${new URLSearchParams(about.map(field => [field.name, field.value]))}`;
}

/** The key of the form's draft; of one about nearly the same words, which are hardly selected twice to the letter. */
function find(form) {
  const key = keyOf(form);
  if (store.get(key)) return key;
  const parse = key => { const at = key.indexOf("?"); return [key.slice(0, at), new URLSearchParams(key.slice(at))]; };
  const [action, mine] = parse(key);
  const number = (query, name) => Number(query.get(name));
  return mine.has("start") && store.keys().find(other => {
    const [path, its] = parse(other);
    return path === action && its.get("edition") === mine.get("edition")
      && number(its, "start") < number(mine, "end") && number(mine, "start") < number(its, "end");
  });
}

function save(form) {
  const key = keyOf(form);
  if (!typed(form)) return store.drop(key);
  const values = fields(form).map(field =>
    [field.name, ["radio", "checkbox"].includes(field.type) ? field.checked && field.value : field.value, field.type]);
  store.set(key, { values, version: form.elements.version?.value });
}

function fill(form, draft) {
  for (const [name, value, type] of draft.values) {
    const field = fields(form).find(field => field.name === name && (type !== "radio" || field.value === value));
    if (!field) continue;
    if (type === "radio") field.checked = true;
    else if (type === "checkbox") field.checked = value !== false;
    else field.value = value;
  }
  // On the version that it was written for: the server tells if there is a newer one
  if (draft.version && form.elements.version) form.elements.version.value = draft.version;
}

function announce(form) {   // to the counters, and so that it is kept under the form's own key
  for (const field of words(form)) field.dispatchEvent(new Event("input", { bubbles: true }));
}

each(FORM, form => {
  const key = find(form);
  const draft = key && store.get(key);
  const before = words(form).map(field => field.value).join("\n");
  const version = form.elements.version?.value;
  if (!draft) return;
  fill(form, draft);
  if (words(form).map(field => field.value).join("\n") === before) {   // the server gave them back
    if (version) form.elements.version.value = version;
    return;
  }
  store.drop(key);
  announce(form);

  const line = document.createElement("p");
  line.className = "draft";
  line.setAttribute("role", "status");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.textContent = "Discard it";
  discard.addEventListener("click", () => {
    form.reset();
    if (version) form.elements.version.value = version;
    announce(form);
    line.remove();
    words(form)[0].focus();
  });
  line.append("Your draft is back. ", discard);
  form.prepend(line);
});

for (const name of ["input", "change"]) {
  document.addEventListener(name, event => {
    const form = event.target.closest?.(FORM);
    if (form) save(form);
  });
}
document.addEventListener("htmx:after:swap", event => {   // what was sent well is no draft
  const { request, response } = event.detail?.ctx ?? {};
  if (request?.form?.matches?.("form[hx-post]") && response?.status < 300) store.drop(keyOf(request.form));
});
document.addEventListener("submit", event => {   // the next person in this tab shall not see them
  if (/\/logout\/$/.test(event.target.getAttribute("action") ?? "")) store.keys(ALL).forEach(store.drop);
});
