//! The findings in plans: their rule names, and their documentation.
//!
//! A lint rule is a file with its documentation in it. A finding of a plan may come from several places, so its
//! documentation is a file of its own, with the same sections.

use slipway_spec::{RuleInfo, Severity};

use crate::missing_program::PROGRAM_LEFT_BEHIND;
use crate::opened_files::FILES_LEFT_BEHIND;
use crate::presets::{ENV_FILE_LEFT_OUT, INSTALL_SCRIPT_BLOCKED, PACKAGE_NOT_BUILT, START_SCRIPT, UNKNOWN_VERSION};
use crate::prisma_engine::PRISMA_ENGINE;

/// Rule names of findings in plans, in addition to those of lint rules, and their documentation as Markdown.
pub const FINDINGS: &[(&str, &str)] = &[
    (ENV_FILE_LEFT_OUT, include_str!("findings/env_file_left_out.md")),
    (FILES_LEFT_BEHIND, include_str!("findings/files_left_behind.md")),
    (INSTALL_SCRIPT_BLOCKED, include_str!("findings/install_script_blocked.md")),
    (PACKAGE_NOT_BUILT, include_str!("findings/package_not_built.md")),
    (PRISMA_ENGINE, include_str!("findings/prisma_engine.md")),
    (PROGRAM_LEFT_BEHIND, include_str!("findings/program_left_behind.md")),
    (START_SCRIPT, include_str!("findings/start_script.md")),
    (UNKNOWN_VERSION, include_str!("findings/unknown_version.md")),
];

/// The findings in plans, for code that shows them.
pub fn finding_infos() -> impl Iterator<Item = RuleInfo> {
    FINDINGS.iter().map(|(id, docs)| RuleInfo::new(id, (*docs).to_owned(), Severity::Warning))
}
