// Where the pages' scripts begin. Each module looks after one thing and needs no other.
import "./keyboard.js";
import "./toasts.js";
import "./forms.js";
import "./rows.js";
import "./filters.js";
import "./currency.js";
import "./search.js";
import "./palette.js";
import "./back.js";
import "./copying.js";
