// What the page was written with.

const audit = JSON.parse(byId("audit-data").textContent);
const { tracks, classes } = audit;

// Fold away what a search does not tell apart: case, and the two spellings of an accent.
function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}

function percent(share) {
  if (share > 0 && share < 0.005) return "<1 %";
  return `${Math.round(100 * share)} %`;
}

// A class's colour and shape; together they tell more classes apart than either.
const N_COLOURS = 12;
const N_SHAPES = 7;

function colourOf(index) {
  return `c${index % N_COLOURS}`;
}

function shapeOf(index) {
  return index % N_SHAPES;
}

// Classes of a track, the likeliest first.
function ranked(track) {
  const order = classes.map((_, index) => index);
  return order.sort((a, b) => track.distribution[b] - track.distribution[a] || a - b);
}

// Pairs of one recording, by either of its tracks: [{track, similarity, kind}, ...].
const copies = new Map(tracks.map((_, index) => [index, []]));
for (const { first, second, similarity, kind } of audit.duplicates) {
  copies.get(first).push({ track: second, similarity, kind });
  copies.get(second).push({ track: first, similarity, kind });
}
