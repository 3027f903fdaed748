// The corrected collection: a table that the program reads as a collection.

// A spreadsheet runs text that begins with one of these, in full width too.
const FORMULA = /^[=+\-@\t\r\n]/;

// A blank in front keeps a spreadsheet from running a label; who reads the table strips it.
function csvText(text) {
  const harmless = FORMULA.test(text.slice(0, 1).normalize("NFKC")) ? ` ${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

// Half of the given label, half of what a model that never saw the track says.
function ambiguousDistribution(track) {
  const total = track.distribution.reduce((sum, share) => sum + share, 0);
  return track.distribution.map(
    (share, index) => (share / total + (index === track.label ? 1 : 0)) / 2,
  );
}

function exportedRow(track, decision, columns) {
  const label = decision?.kind === "relabel" ? decision.label : track.label;
  const row = [csvText(track.path), csvText(classes[label])];
  if (columns.group) row.push(csvText(track.group ?? ""));
  if (columns.votes) {
    const votes = decision?.kind === "ambiguous" ? ambiguousDistribution(track) : null;
    row.push(...classes.map((_, index) => (votes ? String(votes[index]) : "")));
  }
  return row.join(",");
}

function exportedTable() {
  const columns = {
    group: tracks.some((track) => track.group !== null),
    votes: countDecisions().ambiguous > 0,
  };
  const header = ["path", "label"];
  if (columns.group) header.push("group");
  if (columns.votes) header.push(...classes.map((name) => `votes:${name}`));
  const rows = [header.map(csvText).join(",")];
  tracks.forEach((track, index) => {
    const decision = decisions.get(index);
    if (decision?.kind !== "skip") rows.push(exportedRow(track, decision, columns));
  });
  return `${rows.join("\n")}\n`;
}

function download() {
  const table = new Blob([exportedTable()], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(table);
  make("a", { href: address, download: audit.exportName }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  const { skip } = countDecisions();
  say(`Exported ${tracks.length - skip} tracks to ${audit.exportName}.`);
}
