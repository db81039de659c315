//! What the Node preset can be told.

use crate::Template;

words! {
    /// What installs the dependencies of a Node project.
    pub enum NodeManager as "package manager" {
        /// npm, by `package-lock.json`.
        Npm = "npm",
        /// pnpm, by `pnpm-lock.yaml`.
        Pnpm = "pnpm",
        /// Yarn, by `yarn.lock`.
        Yarn = "yarn",
        /// Bun, by `bun.lock`.
        Bun = "bun",
    }
}

record! {
    /// Options of a Node build; absent ones are detected or have a default.
    pub struct NodeOptions as "a node build" (Default) {
        /// Version of Node.js.
        /// Default: from `.nvmrc`, `.node-version` or `engines`
        /// Example: `"22"`
        node: Option<Template>,
        /// What installs the dependencies.
        /// Default: told from the lockfile
        /// Example: `pnpm`
        manager: Option<NodeManager>,
        /// Scripts of `package.json` that make the output, in order.
        /// Example: `[build]`
        scripts: Vec<Template>,
    }
}
