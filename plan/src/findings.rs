//! The findings in plans: their rule names, and their documentation.
//!
//! A lint rule is a file with its documentation in it. A finding of a plan may come from several places, so its
//! documentation is a file of its own, with the same sections.

use slipway_spec::{RuleInfo, Severity, documentation};

use crate::missing_program::PROGRAM_LEFT_BEHIND;
use crate::opened_files::FILES_LEFT_BEHIND;
use crate::presets::{ENV_FILE_LEFT_OUT, INSTALL_SCRIPT_BLOCKED, PACKAGE_NOT_BUILT, START_SCRIPT, UNKNOWN_VERSION};
use crate::prisma_engine::PRISMA_ENGINE;

/// A finding with the documentation in a file.
macro_rules! finding {
    ($id:ident, $file:literal) => {
        ($id, {
            const TEXT: &str = include_str!($file);
            const LENGTH: usize = documentation::in_file(TEXT, cfg!(feature = "pages"));
            const DOCUMENTATION: [u8; LENGTH] = documentation::first_bytes(TEXT);
            documentation::text(&DOCUMENTATION)
        })
    };
}

/// Rule names of findings in plans, in addition to those of lint rules, and their documentation as Markdown.
pub const FINDINGS: &[(&str, &str)] = &[
    finding!(ENV_FILE_LEFT_OUT, "findings/env_file_left_out.md"),
    finding!(FILES_LEFT_BEHIND, "findings/files_left_behind.md"),
    finding!(INSTALL_SCRIPT_BLOCKED, "findings/install_script_blocked.md"),
    finding!(PACKAGE_NOT_BUILT, "findings/package_not_built.md"),
    finding!(PRISMA_ENGINE, "findings/prisma_engine.md"),
    finding!(PROGRAM_LEFT_BEHIND, "findings/program_left_behind.md"),
    finding!(START_SCRIPT, "findings/start_script.md"),
    finding!(UNKNOWN_VERSION, "findings/unknown_version.md"),
];

/// The findings in plans, for code that shows them.
pub fn finding_infos() -> impl Iterator<Item = RuleInfo> {
    FINDINGS.iter().map(|(id, docs)| RuleInfo::new(id, (*docs).to_owned(), Severity::Warning))
}
