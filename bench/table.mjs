// The table: one row a piece of work, and whether its goal is met.
export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
export const number = (value) => (value >= 100 ? Math.round(value).toLocaleString("en-GB") : Number(value.toPrecision(2)).toString());
export const spread = (list) => `${number(median(list))} (${number(Math.min(...list))} to ${number(Math.max(...list))})`;
export const megabytes = (bytes) => (bytes === null ? "unknown" : `${number(bytes / 2 ** 20)} MB`);

const met = (row) => {
  if (row.skipped) return `not measured: ${row.skipped}`;
  return (row.met ?? []).map((one) => (one ? "yes" : "no")).join(", ");
};

/// The rows as Markdown. A row has: work, size, ours, times, used, memory, beside, ratio, goal, met (a list), skipped.
export function table(rows) {
  const columns = ["work", "actors", "ours", "p50, p99", "CPU", "memory", "beside it", "ratio", "goal", "met"];
  const lines = [columns, columns.map((_, n) => (n < 1 || n > 5 ? "---" : "--:"))];
  for (const row of rows) {
    lines.push([row.work, row.size?.toLocaleString("en-GB"), row.ours, row.times, row.used, row.memory, row.beside, row.ratio, row.goal, met(row)]);
  }
  return lines.map((cells) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`).join("\n");
}

/// The goals that are missed, by name.
export const missed = (rows) => rows.filter((row) => row.met?.includes(false)).map((row) => `${row.work}, ${row.size?.toLocaleString("en-GB")} actors (${row.goal})`);
