// Making and finding parts of the document. Text from outside only ever becomes text: nothing here
// or elsewhere parses markup.

function byId(id) {
  return document.getElementById(id);
}

// Make an element: properties are set as such, "data-", "aria-" and the like as attributes, and
// children are elements or text.
function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

// A name from outside, which may run from right to left.
function bdi(text, className = "") {
  return make("bdi", { className }, text);
}

function button(text, label, press, properties = {}) {
  const made = make("button", { type: "button", ...properties }, text);
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

// Shown to everyone in the bar of the list, and read out by screen readers.
function say(text) {
  byId("said").textContent = text;
}
