// The map: every track where its sound puts it, in its class's colour and shape.

const canvas = byId("map");
const background = make("canvas");
const MARGIN = 14; // Pixels around the outermost tracks.
const REACH = 14; // Pixels from which a track is hit.
const RADIUS = tracks.length > 500 ? 4.5 : 6;
let hovered = null;
let highlighted = null; // A class, from the legend.

// Paths of radius 1 about the origin, by shape.
const SHAPES = [
  (path) => path.arc(0, 0, 1, 0, 2 * Math.PI),
  (path) => path.rect(-0.88, -0.88, 1.76, 1.76),
  (path) => polygon(path, [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]]),
  (path) => polygon(path, [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]),
  (path) => polygon(path, [[0, 1.2], [1.1, -0.8], [-1.1, -0.8]]),
  (path) => polygon(path, cross(0.42, 1.15)),
  (path) => polygon(path, star(5, 1.4, 0.6)),
].map((draw) => {
  const path = new Path2D();
  draw(path);
  return path;
});

function polygon(path, corners) {
  corners.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}

function cross(half, arm) {
  const quarter = [[half, -half], [half, -arm], [-half, -arm]];
  const turned = [0, 1, 2, 3].map((turns) => quarter.map((point) => turn(point, -turns)));
  return turned.flat();
}

function turn([x, y], quarters) {
  const angle = (quarters * Math.PI) / 2;
  return [
    x * Math.cos(angle) - y * Math.sin(angle),
    x * Math.sin(angle) + y * Math.cos(angle),
  ];
}

function star(points, outer, inner) {
  return Array.from({ length: 2 * points }, (_, index) => {
    const angle = (index * Math.PI) / points - Math.PI / 2;
    const radius = index % 2 ? inner : outer;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

// Where a track is on the canvas, in CSS pixels.
function placeOf(index) {
  const [x, y] = tracks[index].position;
  return [
    MARGIN + x * (canvas.clientWidth - 2 * MARGIN),
    MARGIN + (1 - y) * (canvas.clientHeight - 2 * MARGIN),
  ];
}

// All tracks, kept as a picture of its own: choosing or pointing at one draws only what moves.
function drawTracks() {
  const scale = window.devicePixelRatio || 1;
  for (const each of [canvas, background]) {
    each.width = canvas.clientWidth * scale;
    each.height = canvas.clientHeight * scale;
  }
  const pen = background.getContext("2d");
  pen.scale(scale, scale);
  const colours = themeColours();
  const inList = new Set(listed);
  const order = tracks.map((_, index) => index).sort((a, b) => inList.has(a) - inList.has(b));
  for (const index of order) drawTrack(pen, index, colours, isFaint(index, inList));
  drawMap();
}

function drawMap() {
  if (!background.width || !background.height) return;
  const scale = window.devicePixelRatio || 1;
  const pen = canvas.getContext("2d");
  const { text } = themeColours();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(background, 0, 0);
  pen.scale(scale, scale);
  if (current !== null) {
    drawTies(pen, text);
    drawRing(pen, current, text);
  }
  if (hovered !== null) drawRing(pen, hovered, text);
}

function isFaint(index, inList) {
  return !inList.has(index) || (highlighted !== null && tracks[index].label !== highlighted);
}

function themeColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"),
    surface: read("--surface"),
    classes: Array.from({ length: N_COLOURS }, (_, index) => read(`--c${index}`)),
  };
}

function drawTrack(pen, index, colours, faint) {
  const [x, y] = placeOf(index);
  const label = tracks[index].label;
  drawShape(pen, x, y, label, colours, faint ? 0.12 : 0.85);
}

function drawShape(pen, x, y, label, colours, alpha) {
  pen.save();
  pen.translate(x, y);
  pen.scale(RADIUS, RADIUS);
  pen.globalAlpha = alpha;
  pen.fillStyle = colours.classes[label % N_COLOURS];
  pen.strokeStyle = colours.surface;
  pen.lineWidth = 0.2;
  pen.fill(SHAPES[shapeOf(label)]);
  pen.stroke(SHAPES[shapeOf(label)]);
  pen.restore();
}

function drawRing(pen, index, colour) {
  pen.beginPath();
  pen.arc(...placeOf(index), RADIUS + 4, 0, 2 * Math.PI);
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke();
}

// Lines from the current track to its neighbours.
function drawTies(pen, colour) {
  pen.save();
  pen.globalAlpha = 0.5;
  pen.strokeStyle = colour;
  for (const index of tracks[current].neighbors) {
    pen.beginPath();
    pen.moveTo(...placeOf(current));
    pen.lineTo(...placeOf(index));
    pen.stroke();
  }
  pen.restore();
}

// The track at a point of the canvas; null where there is none.
function trackAt(x, y) {
  let nearest = null;
  let least = REACH ** 2;
  tracks.forEach((_, index) => {
    const [trackX, trackY] = placeOf(index);
    const distance = (trackX - x) ** 2 + (trackY - y) ** 2;
    if (distance < least) [nearest, least] = [index, distance];
  });
  return nearest;
}

function hover(index) {
  if (index === hovered) return;
  hovered = index;
  canvas.style.cursor = index === null ? "" : "pointer";
  showOnMap(index ?? current);
  drawMap();
}

// Name a track under the map.
function showOnMap(index) {
  if (index === null) return;
  const track = tracks[index];
  const parts = [bdi(track.name, "name"), `: given `, bdi(classes[track.label])];
  if (track.suggested !== track.label) parts.push(", suggested ", bdi(classes[track.suggested]));
  parts.push(`, suspicion ${percent(track.suspicion)}`);
  byId("map-track").replaceChildren(...parts);
}

function makeLegend() {
  const colours = themeColours();
  const items = classes.map((name, index) => {
    const sample = make("canvas", { width: 36, height: 36, className: "sample", "aria-hidden": "true" });
    const pen = sample.getContext("2d");
    pen.scale(2, 2);
    drawShape(pen, 9, 9, index, colours, 1);
    const press = () => highlight(highlighted === index ? null : index);
    const made = button(sample, "", press, { "aria-pressed": String(highlighted === index) });
    made.append(bdi(name));
    return make("li", {}, made);
  });
  byId("legend").replaceChildren(...items);
}

function highlight(index) {
  highlighted = index;
  byId("legend").querySelectorAll("button").forEach((made, place) => {
    made.setAttribute("aria-pressed", String(place === index));
  });
  drawTracks();
}

canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => hover(trackAt(offsetX, offsetY)));
canvas.addEventListener("pointerleave", () => hover(null));
canvas.addEventListener("click", ({ offsetX, offsetY }) => {
  const index = trackAt(offsetX, offsetY);
  if (index === null) return;
  reveal(index);
  play(index);
});
new ResizeObserver(drawTracks).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  makeLegend();
  drawTracks();
});
