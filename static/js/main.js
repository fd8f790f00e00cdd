// The behaviours of the pages, each in a module of its own. Pages work without them.
// The order counts in one place: panes open before the focus moves into them.
import "./selection.js";
import "./counterparts.js";
import "./selected.js";
import "./panes.js";
import "./strip.js";
import "./times.js";
import "./focus.js";
import "./toasts.js";
import "./keyboard.js";
import "./menus.js";
import "./counter.js";
import "./outputs.js";
