// Words typed into a form and not sent come back with the form: a draft is kept for the form's
// action and what it is about, until the server has it or it is discarded.
import { drafts, sent } from "./draft-store.js";
import { each } from "./page.js";

const LOOSE = ["csrfmiddlewaretoken", "next", "version", "once"];   // hidden fields that say nothing of what it is about
const FORM = "#margin form[hx-post]:not(:has([type=password])), form[data-drafts]";

const fields = form => [...form.elements].filter(field => field.name && !["hidden", "submit", "button", "file"].includes(field.type));
const words = form => fields(form).filter(field => field.matches("textarea, input:not([type=radio], [type=checkbox], [type=range])"));
const typed = form => words(form).some(field => field.value.trim() && field.value !== field.defaultValue);

/** The address that shows this form. */
function addressOf(form) {
  const about = [...form.elements].filter(field => field.type === "hidden" && field.value && !LOOSE.includes(field.name));
  const query = new URLSearchParams(about.map(field => [field.name, field.value]));
  const action = form.getAttribute("hx-post") ?? form.getAttribute("action") ?? location.pathname + location.search;
  return query.size ? `${action}${action.includes("?") ? "&" : "?"}${query}` : action;
}

/** The address of the form's draft; of one about nearly the same words, which are hardly selected twice to the letter. */
function find(form) {
  const address = addressOf(form);
  if (drafts.get(address)) return address;
  const parse = address => { const at = `${address}?`.indexOf("?"); return [address.slice(0, at), new URLSearchParams(address.slice(at))]; };
  const [action, mine] = parse(address);
  const number = (query, name) => Number(query.get(name));
  return mine.has("start") && drafts.addresses().find(other => {
    const [path, its] = parse(other);
    return path === action && its.get("edition") === mine.get("edition")
      && number(its, "start") < number(mine, "end") && number(mine, "start") < number(its, "end");
  });
}

function save(form) {
  const address = addressOf(form);
  if (!typed(form)) return drafts.drop(address);
  const values = fields(form).map(field =>
    [field.name, ["radio", "checkbox"].includes(field.type) ? field.checked && field.value : field.value, field.type]);
  const longest = words(form).filter(field => field.value !== field.defaultValue)
    .map(field => field.value.trim()).sort((a, b) => b.length - a.length)[0];
  drafts.set(address, { values, version: form.elements.version?.value, says: longest.slice(0, 200), onPage: form.matches("[data-drafts]") });
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

function announce(form) {   // to the counters, and so that it is kept under the form's own address
  for (const field of words(form)) field.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, event => {
    const form = event.target.closest?.(FORM);
    if (form) save(form);
  });
}

each(FORM, form => {
  const address = find(form);
  const draft = address && drafts.get(address);
  const before = words(form).map(field => field.value).join("\n");
  const version = form.elements.version?.value;
  if (!draft) return;
  fill(form, draft);
  if (words(form).map(field => field.value).join("\n") === before) {   // the server gave them back
    if (version) form.elements.version.value = version;
    return;
  }
  drafts.drop(address);
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

document.addEventListener("submit", event => {
  const form = event.target;
  if (/\/logout\/$/.test(form.getAttribute("action") ?? "")) drafts.dropAll();   // for the next person at this browser
  if (form.matches(FORM)) sent.set(addressOf(form));
});
document.addEventListener("htmx:after:swap", event => {   // what was sent well is no draft
  const { request, response } = event.detail?.ctx ?? {};
  if (!request?.form?.matches?.("form[hx-post]")) return;
  if (response?.headers?.get("HX-Redirect")) return;   // to sign in first
  if (response?.status < 300) drafts.drop(addressOf(request.form));
  sent.clear();
});
