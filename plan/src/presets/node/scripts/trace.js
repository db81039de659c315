// Finds the files of dependencies that the program of an image reaches, in two steps, so that an edit that changes no
// import only repeats the first.
//
// `imports ROOT WORKDIR FOLDER WORDS INCLUDE OWN` traces the build's own output. It prints as JSON what that reaches
// outside of it: code, and other files. Arguments: the image's root; its working directory; the folder of the package; as
// JSON: the words of its command, paths to keep, paths of its own output.
//
// `files ROOT WORKDIR LIST` traces from there, without the build's output. It prints the paths of all files below the
// root, each followed by NUL.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");

const [mode, root, workdir, ...rest] = process.argv.slice(2);
// Code that chooses machine code is evaluated as on the target.
const arch = process.env.npm_config_arch || process.arch;
os.arch = () => arch;
Object.defineProperty(process, "arch", { value: arch });
const { nodeFileTrace } = require("/opt/tracer/lib/node_modules/@vercel/nft");

const CODE = [".js", ".mjs", ".cjs"];
const inRoot = (place) => path.join(root, place);
const isFile = (place) => fs.statSync(place, { throwIfNoEntry: false })?.isFile();
const isFolder = (place) => fs.statSync(place, { throwIfNoEntry: false })?.isDirectory();

function fail(text) {
  console.error(text);
  process.exit(1);
}

/** The file that Node.js runs for a word. */
function program(word) {
  const place = path.resolve(inRoot(workdir), word.startsWith("/") ? inRoot(word) : word);
  const main = () => {
    try {
      return [JSON.parse(fs.readFileSync(path.join(place, "package.json"), "utf8")).main ?? "index.js"];
    } catch {
      return ["index.js"];
    }
  };
  const forms = [place, ...CODE.map((end) => place + end), ...(isFolder(place) ? main().map((file) => path.join(place, file)) : [])];
  return forms.find(isFile);
}

/** The files of the image that the words of a command name: a program, and modules that options preload. */
function programs(words) {
  const found = [];
  let preloads = false;
  for (const word of words) {
    const value = word.startsWith("--") && word.includes("=") ? word.slice(word.indexOf("=") + 1) : word;
    const isOption = word.startsWith("-") && value === word;
    const file = isOption ? undefined : program(value);
    if (file !== undefined && !file.endsWith(".json")) found.push(file);
    else if (preloads || /^--(require|import|loader|experimental-loader)=/.test(word)) {
      try {
        found.push(require.resolve(value, { paths: [inRoot(workdir)] }));
      } catch {
        // Node.js itself has it, or fails.
      }
    }
    preloads = ["-r", "--require", "--import", "--loader", "--experimental-loader"].includes(word);
  }
  return found;
}

/** A path to keep; `node_modules/NAME` is found as Node.js finds it. */
function kept(place, folder) {
  const inside = place.startsWith(folder + "/node_modules/") ? place.slice(folder.length) : undefined;
  for (let above = folder; ; above = path.dirname(above)) {
    const candidate = inRoot(inside === undefined ? place : path.join(above, inside));
    if (fs.existsSync(candidate)) return fs.realpathSync(candidate).startsWith(root) ? candidate : undefined;
    if (inside === undefined || above === "/" || above === ".") return undefined;
  }
}

/** All files below a path, and the links in it and in what it leads to. */
function below(place, seen = new Set()) {
  const found = [];
  // A package manager may have put the package elsewhere, with links to it.
  let real = root;
  const rest = path.relative(root, place).split("/");
  while (rest.length > 0) {
    const next = path.join(real, rest.shift());
    if (!fs.lstatSync(next).isSymbolicLink()) real = next;
    else if (!found.includes(next)) {
      found.push(next);
      rest.unshift(...path.relative(root, path.resolve(real, fs.readlinkSync(next))).split("/"));
      real = root;
    }
  }
  if (seen.has(real)) return found;
  seen.add(real);
  if (!fs.statSync(real).isDirectory()) return [...found, real];
  const inside = fs.readdirSync(real).sort().filter((name) => name !== "node_modules").map((name) => path.join(real, name));
  return [...found, ...inside.filter((file) => fs.existsSync(file)).flatMap((file) => below(file, seen))];
}

/** Lines of code that load a module whose name is known only when they run. */
const COMPUTED = /(?<![.\w])(?:require|import)\s*\(\s*[A-Za-z_$]/;

/** What code reaches: the traced files, those that `ignore` leaves out with the kinds of use, and what was not found. */
async function trace(code, ignore) {
  const cache = {};
  const found = { files: new Set(), left: new Map(), missing: new Set() };
  // Newer releases of Node.js prefer `module-sync` in `exports`, and the release of the image may be another one.
  for (const conditions of [["node"], ["node", "module-sync"]]) {
    const traced = await nodeFileTrace(code, { base: root, processCwd: inRoot(workdir), conditions, cache, ignore });
    traced.fileList.forEach((file) => found.files.add(file));
    traced.warnings.forEach((warning) => found.missing.add(warning.message.split("\n")[0].replace(/:$/, "")));
    for (const [file, { ignored, type }] of traced.reasons) {
      if (ignored) found.left.set(file, [...(found.left.get(file) ?? []), ...type]);
    }
  }
  return found;
}

async function imports(folder, ...lists) {
  const [words, include, own] = lists.map((list) => JSON.parse(list));
  const entries = programs(words);
  if (entries.length === 0 && include.length === 0) {
    fail(`No word of the command is a program of the image: ${JSON.stringify(words)}. Name it in cmd, or in include of traced.`);
  }
  const more = [];
  for (const place of include) {
    const found = kept(place, folder);
    if (found === undefined) fail(`The image has no ${place}, which include of traced names.`);
    more.push(...below(found));
  }
  const isCode = (file) => CODE.some((end) => file.endsWith(end)) && isFile(file);
  const start = [...entries, ...more.filter(isCode).map((file) => fs.realpathSync(file))];
  const inside = (file) => path.relative(root, file);
  const isOwn = (file) => own.some((place) => {
    const rest = ("/" + file + "/").startsWith(place + "/") ? file.slice(place.length) : undefined;
    return rest !== undefined && !rest.split("/").includes("node_modules");
  });
  const isForeign = (file) => !isOwn(file);
  const found = await trace(start.filter((file) => isOwn(inside(file))), isForeign);
  const code = new Set(start.map(inside).filter(isForeign));
  const files = new Set(more.map(inside).filter(isForeign));
  for (const [file, uses] of found.left) (uses.includes("dependency") ? code : files).add(file);
  say(MISSING, [...found.missing].sort());
  process.stdout.write(JSON.stringify({ code: [...code].sort(), files: [...files].sort() }));
}

async function files(list) {
  const { code, files } = JSON.parse(fs.readFileSync(list, "utf8"));
  const found = await trace(code.map(inRoot));
  const wanted = [...new Set([...found.files, ...files])].filter((file) => !file.startsWith("..")).sort();
  report(wanted, found.missing);
  process.stdout.write(wanted.map((file) => file + "\0").join(""));
}

const MISSING = "Not found, which is usual for optional modules:";

function say(title, list) {
  if (list.length > 0) console.error([title, ...list.slice(0, 20), ...(list.length > 20 ? [`and ${list.length - 20} more`] : [])].join("\n  "));
}

/** Says what no tracer can see. */
function report(wanted, warnings) {
  const computed = wanted.filter((file) => /\.[cm]?js$/.test(file) && COMPUTED.test(fs.readFileSync(path.join(root, file), "utf8")));
  const isBinary = (file) => /\.(node|wasm)$|\.so(\.\d+)*$/.test(file);
  const has = new Set(wanted);
  const folders = [...new Set(wanted.filter((file) => /\.[cm]?js$/.test(file)).map((file) => path.dirname(file)))];
  const beside = folders.flatMap((folder) => fs.readdirSync(path.join(root, folder)).map((name) => path.join(folder, name)));
  const example = (list) => (list.length === 1 ? list[0] : `${list[0]} and ${list.length - 1} more`);
  const warn = (list, text) => (list.length === 0 ? "" : `${example(list)}: ${text}\n`);
  const binaries = beside.filter((file) => isBinary(file) && !has.has(file));
  fs.writeFileSync(
    process.env.WARNINGS,
    warn(computed, "loads modules whose names are known only at run time, so the tracer cannot follow them") +
      warn(binaries, "machine code that no traced code names, so the image does not get it"),
  );
  say("These files load modules whose names are known only at run time. If the program needs such a module, name it in include of traced:", computed);
  say("Machine code beside code of the program, which the image does not get unless include of traced names it:", binaries);
  say(MISSING, [...warnings].sort());
}

(mode === "imports" ? imports(...rest) : files(...rest)).catch((error) => fail(error.stack));
