// The behaviours of the pages, each in a module of its own. Pages work without them.
// The order counts twice: panes open before the focus moves into them, and Escape goes to the
// first of the bar, a menu, a form and the margin that is open.
import "./outline.js";
import "./passages.js";
import "./selection.js";
import "./paragraphs.js";
import "./menus.js";
import "./forms.js";
import "./panes.js";
import "./counterparts.js";
import "./fold.js";
import "./selected.js";
import "./edition.js";
import "./strip.js";
import "./times.js";
import "./drafts.js";
import "./unsent.js";
import "./focus.js";
import "./toasts.js";
import "./keyboard.js";
import "./shaping.js";
import "./counter.js";
import "./sliders.js";
import "./picker.js";
import "./meaning.js";
import "./graph.js";
