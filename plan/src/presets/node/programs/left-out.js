// Prints optional dependencies that npm has left out, although they are for this platform: their download has failed,
// and npm succeeds all the same. Its log says which it has left out; those for other platforms are among them.
const fs = require("fs");
const [logs, cpu = process.arch] = process.argv.slice(2);
const read = (path) => (fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "");
const names = fs.existsSync(logs) ? fs.readdirSync(logs) : [];
const log = names.map((name) => read(`${logs}/${name}`)).join("\n");
const lockfile = ["npm-shrinkwrap.json", "package-lock.json"].map(read).find((text) => text);
const { packages = {} } = JSON.parse(lockfile || "{}");
const fits = (list, own) => {
  if (!list) return true;
  const all = [list].flat();
  return !all.includes(`!${own}`) && (all.every((name) => name.startsWith("!")) || all.includes(own));
};
// A release that is too old is a reason too; what is not a plain lower limit is left to npm.
const isOld = ({ node } = {}) => {
  const least = /^>= ?(\d+)[\d.]*$/.exec(node || ">=0");
  return !least || Number(least[1]) >= Number(process.versions.node.split(".")[0]);
};
for (const [, path] of log.matchAll(/failed optional dependency (.*)/g)) {
  const place = path.trim().replace(`${process.cwd()}/`, "");
  const { os, cpu: cpus, libc, engines, hasInstallScript } = packages[place] || { hasInstallScript: true };
  if (!hasInstallScript && !isOld(engines) && fits(os, "linux") && fits(cpus, cpu) && fits(libc, "glibc")) console.log(place);
}
