// Removes dependencies with some names from the packages of pnpm-lock.yaml.
const fs = require("fs");
const names = new Set(process.argv.slice(2));
const kept = [];
let inside = false;
for (const line of fs.readFileSync("pnpm-lock.yaml", "utf8").split("\n")) {
  const [, , name] = (inside && /^ {6}('?)([^\s:']+)\1: /.exec(line)) || [];
  if (names.has(name)) continue;
  // A table without entries, and a package without tables.
  if (inside && /^ {4}\w+:$/.test(kept.at(-1)) && !line.startsWith("      ")) kept.pop();
  if (inside && /^ {2}\S.*:$/.test(kept.at(-1)) && !line.startsWith("    ")) kept.push(kept.pop() + " {}");
  if (/^\S/.test(line)) inside = line === "snapshots:";
  kept.push(line);
}
fs.writeFileSync("pnpm-lock.yaml", kept.join("\n"));
