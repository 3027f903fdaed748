// Which tracks are listed, and in which order: `listed` holds indices of tracks.

let listed = [];
const searchable = tracks.map((track) => folded(`${track.path}\n${track.group ?? ""}`));
const byName = new Intl.Collator(undefined, { numeric: true });

const ORDERS = {
  suspicion: (a, b) => b.suspicion - a.suspicion,
  ambiguity: (a, b) => b.ambiguity - a.ambiguity,
  name: (a, b) => byName.compare(a.name, b.name),
};

const STATES = {
  all: () => true,
  undecided: (index) => !decisions.has(index),
  doubted: (index) => tracks[index].label !== tracks[index].suggested,
  copied: (index) => copies.get(index).length > 0,
  ...Object.fromEntries(KINDS.map((kind) => [kind, (index) => decisions.get(index)?.kind === kind])),
};

function chosenFilters() {
  return {
    words: folded(byId("search").value).split(/\s+/).filter(Boolean),
    given: byId("given").value,
    suggested: byId("suggested").value,
    state: STATES[byId("state").value],
  };
}

function passes(index, { words, given, suggested, state }) {
  const track = tracks[index];
  return (
    (given === "" || track.label === Number(given)) &&
    (suggested === "" || track.suggested === Number(suggested)) &&
    state(index) &&
    words.every((word) => searchable[index].includes(word))
  );
}

function filter() {
  const filters = chosenFilters();
  const order = ORDERS[byId("order").value];
  listed = tracks.map((_, index) => index).filter((index) => passes(index, filters));
  listed.sort((a, b) => order(tracks[a], tracks[b]) || a - b);
}

// Make the list show what some other part of the page speaks of.
function setFilters({ given = "", suggested = "", state = "all" }) {
  byId("search").value = "";
  byId("given").value = given;
  byId("suggested").value = suggested;
  byId("state").value = state;
  refilter();
}
