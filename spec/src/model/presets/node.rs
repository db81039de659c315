//! Options of the Node preset.

use super::NodeScript;
use crate::model::form;
use crate::{Spanned, Template};

words! {
    /// The package manager of a Node project.
    pub enum NodeManager as "package manager" {
        /// npm, detected by `package-lock.json`.
        Npm = "npm",
        /// pnpm, detected by `pnpm-lock.yaml`.
        Pnpm = "pnpm",
        /// Yarn, detected by `yarn.lock`.
        Yarn = "yarn",
        /// Bun, detected by `bun.lock`.
        Bun = "bun",
    }
}

words! {
    /// Code generators that the preset supports.
    pub enum Generator as "generator" {
        /// Prisma's client, generated after the dependency step and before the compile step.
        Prisma = "prisma",
    }
}

record! {
    /// Options of a Node build; absent ones are detected or have a default.
    pub struct NodeOptions as "a node build" (Default) {
        /// Version of Node.js.
        /// Default: from `.nvmrc`, `.node-version` or `engines`
        /// Example: `"22"`
        node: Option<Template>,
        /// The package manager.
        /// Default: detected from the lockfile
        /// Example: `pnpm`
        manager: Option<NodeManager>,
        /// Code generators to run between the dependency step and `run`.
        /// Example: `[prisma]`
        generate: Vec<Spanned<Generator>>,
        /// Scripts of `package.json` that produce the output, in order: names, or maps with arguments and more.
        /// Example: `[build]`
        scripts: Vec<NodeScript>,
        /// The folder of the application in images, which is also the working directory.
        /// Default: `/app`
        /// Example: `/srv/shop`
        destination: Option<Template> where form::absolute,
    }
}
