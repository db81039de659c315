//! The rule names of findings in plans.

use crate::missing_program::PROGRAM_LEFT_BEHIND;
use crate::opened_files::FILES_LEFT_BEHIND;
use crate::presets::{ENV_FILE_LEFT_OUT, INSTALL_SCRIPT_BLOCKED, PACKAGE_NOT_BUILT, START_SCRIPT, UNKNOWN_VERSION};
use crate::prisma_engine::PRISMA_ENGINE;

/// Rule names of findings in plans, in addition to those of lint rules.
pub const FINDINGS: &[&str] = &[
    PROGRAM_LEFT_BEHIND,
    FILES_LEFT_BEHIND,
    ENV_FILE_LEFT_OUT,
    INSTALL_SCRIPT_BLOCKED,
    PACKAGE_NOT_BUILT,
    PRISMA_ENGINE,
    START_SCRIPT,
    UNKNOWN_VERSION,
];
