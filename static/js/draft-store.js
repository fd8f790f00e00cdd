// Where drafts are kept: in this browser, by the account that typed them, for two weeks.
// A key is the address that shows the form: its action, and what it is about as a query.

const ALL = "argmap.draft:";
const PREFIX = `${ALL}${document.body.dataset.account ?? ""}:`;   // nobody else who signs in here sees it
const KEPT_FOR = 14 * 24 * 60 * 60 * 1000;

function read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } }
function keys(prefix) { try { return Object.keys(localStorage).filter(key => key.startsWith(prefix)); } catch { return []; } }
function remove(key) { try { localStorage.removeItem(key); } catch { /* nothing to drop */ } }

export const drafts = {
  /** The address of each draft of this account. */
  addresses: () => keys(PREFIX).map(key => key.slice(PREFIX.length)),
  get: address => read(PREFIX + address),
  set(address, draft) { try { localStorage.setItem(PREFIX + address, JSON.stringify({ ...draft, at: Date.now() })); } catch { /* then it is not kept */ } },
  drop: address => remove(PREFIX + address),
  /** Those of all accounts: whoever signs out leaves none behind. */
  dropAll: () => keys(ALL).forEach(remove),
};

for (const key of keys(ALL)) if (!(Date.now() - read(key)?.at < KEPT_FOR)) remove(key);

/** What is on its way, in this tab: {address, page}. It is a draft until the server has it. */
export const sent = {
  get() { try { return JSON.parse(sessionStorage.getItem("argmap.sent")); } catch { return null; } },
  set(address) { try { sessionStorage.setItem("argmap.sent", JSON.stringify({ address, page: location.href })); } catch { /* then it stays a draft */ } },
  clear() { try { sessionStorage.removeItem("argmap.sent"); } catch { /* nothing to clear */ } },
};
