// The panel: all that is known of the current track, and what can be decided of it.

const MOST_BARS = 9; // As many as there are digits for.
let current = null;

function drawPanel() {
  byId("panel").hidden = current === null;
  if (current === null) return;
  const track = tracks[current];
  byId("track-name").textContent = track.name;
  byId("track-path").textContent = track.path;
  byId("track-group").replaceChildren(...(track.group === null ? [] : ["Group: ", bdi(track.group)]));
  drawScores(track);
  drawButtons(track);
  drawBars(track);
  drawNeighbors(track);
  drawCopies();
}

function drawScores(track) {
  byId("track-given").textContent = classes[track.label];
  byId("track-suggested").textContent = classes[track.suggested];
  const scores = { suspicion: track.suspicion, ambiguity: track.ambiguity, knn: track.knn };
  for (const [name, value] of Object.entries(scores)) {
    byId(`score-${name}`).textContent = percent(value);
    byId(`meter-${name}`).style.width = `${100 * value}%`;
  }
}

function drawButtons(track) {
  byId("accept-label").textContent = classes[track.label];
  byId("relabel-label").textContent = classes[track.suggested];
  byId("relabel").disabled = track.suggested === track.label;
  const decision = decisions.get(current);
  for (const kind of KINDS) byId(kind).setAttribute("aria-pressed", String(decision?.kind === kind));
  byId("other-class").value = decision?.kind === "relabel" ? decision.label : "";
  drawOtherClass();
  byId("undo").disabled = undone.length === 0;
  const text = decisionText(current);
  byId("track-decision").textContent = text ? `Decided: ${text}.` : "Not decided: its label is kept.";
}

// Arrow keys change a closed select at every step, so choosing alone decides nothing.
function drawOtherClass() {
  byId("relabel-other").disabled = byId("other-class").value === "";
}

// The classes that have a bar, in order: the likeliest, and the given one.
function barClasses(track) {
  const shown = ranked(track).slice(0, MOST_BARS);
  if (!shown.includes(track.label)) shown[shown.length - 1] = track.label;
  return shown;
}

function drawBars(track) {
  const shown = barClasses(track);
  byId("bars").replaceChildren(...shown.map((index, place) => makeBar(track, index, place)));
  const rest = 1 - shown.reduce((sum, index) => sum + track.distribution[index], 0);
  const others = classes.length - shown.length;
  byId("bars-rest").textContent = others ? `${others} more: ${percent(Math.max(0, rest))}` : "";
}

function makeBar(track, index, place) {
  const fill = make("span", { className: `fill ${colourOf(index)}` });
  fill.style.width = `${100 * track.distribution[index]}%`;
  const isGiven = index === track.label;
  const label = `${isGiven ? "Accept" : "Relabel to"} ${classes[index]}, ${percent(track.distribution[index])}`;
  const made = button("", label, () => decideAndMove("relabel", index), { className: "class-bar" });
  made.append(
    make("kbd", {}, String(place + 1)),
    make("span", { className: "class-bar-name" }, bdi(classes[index]), isGiven ? " (given)" : ""),
    make("span", { className: "track" }, fill),
    make("span", { className: "number" }, percent(track.distribution[index])),
  );
  return make("li", {}, made);
}

function drawNeighbors(track) {
  byId("neighbors").replaceChildren(...track.neighbors.map((index) => makeOther(index, track)));
  byId("neighbors-none").hidden = track.neighbors.length > 0;
}

function drawCopies() {
  const track = tracks[current];
  const found = copies.get(current).map(({ track: index, similarity, kind }) => {
    const words = kind === "exact" ? "same bytes" : `${percent(similarity)} alike`;
    return makeOther(index, track, words);
  });
  byId("copies").replaceChildren(...found);
  byId("copies-part").hidden = found.length === 0;
}

// Another track: hear it, or go to it.
function makeOther(index, track, words = "") {
  const other = tracks[index];
  const agrees = other.label === track.label;
  const item = make(
    "li",
    { className: "other" },
    hearButton(index),
    button(bdi(other.name), `Go to ${other.name}`, () => reveal(index), { className: "link" }),
    make("span", { className: agrees ? "agrees" : "differs" }, bdi(classes[other.label])),
  );
  if (words) item.append(make("span", { className: "note" }, words));
  return item;
}
