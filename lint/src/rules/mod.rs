//! The rules. A new rule needs a file here, its `mod` line, and its line in [`RULES`]; a test checks that neither is
//! missing.

mod cached_output;
mod dangling_link;
mod debugger_in_production;
mod duplicate_platform;
mod emulated_step;
mod extends_breaks_layers;
pub(crate) mod floating_tag;
mod foreign_program;
mod hardcoded_secret;
mod healthcheck_missing;
mod healthcheck_shell;
mod ignored_input;
mod incompatible_base;
pub(crate) mod invalid_directive;
mod latest_frontend;
mod latest_toolchain;
mod library_missing;
mod lockfile_missing;
mod network_in_compile;
mod nothing_to_run;
mod oci_label;
mod path_overwritten;
mod piped_download;
mod privileged_port;
mod program_as_argument;
mod program_missing;
mod root_user;
mod secret_file;
mod secret_in_arg;
mod secret_in_env;
mod shadowed_input;
mod shadowed_name;
mod shell_form_entrypoint;
mod shell_state_lost;
mod stop_signal_kill;
mod sudo_in_step;
mod syntax_line_missing;
mod unexpanded_variable;
mod unknown_user;
mod unpinned_git;
mod unpinned_http;
mod unused_arg;
mod unused_build;
mod unused_context;
mod unused_secret;
mod unused_stage;
mod unwritable_folder;
mod volume_over_program;
mod world_writable_file;

use slipway_spec::{Severity, documentation};

use crate::Rule;

/// The rule in the file of that name.
macro_rules! rule {
    ($id:ident, $module:ident) => {
        rule!($id, $module, Warning)
    };
    ($id:ident, $module:ident, $severity:ident) => {
        Rule {
            id: stringify!($id),
            severity: Severity::$severity,
            documentation: {
                const SOURCE: &str = include_str!(concat!(stringify!($module), ".rs"));
                const LENGTH: usize = documentation::in_source(SOURCE, cfg!(feature = "pages"));
                const DOCUMENTATION: [u8; LENGTH] = documentation::first_bytes(SOURCE);
                documentation::text(&DOCUMENTATION)
            },
            check: $module::check,
        }
    };
}

/// All rules, sorted by name.
pub const RULES: &[Rule] = &[
    rule!(CachedOutput, cached_output),
    rule!(DanglingLink, dangling_link),
    rule!(DebuggerInProduction, debugger_in_production),
    rule!(DuplicatePlatform, duplicate_platform),
    rule!(EmulatedStep, emulated_step),
    rule!(ExtendsBreaksLayers, extends_breaks_layers),
    rule!(FloatingTag, floating_tag),
    rule!(ForeignProgram, foreign_program),
    rule!(HardcodedSecret, hardcoded_secret),
    rule!(HealthcheckMissing, healthcheck_missing),
    rule!(HealthcheckShell, healthcheck_shell),
    rule!(IgnoredInput, ignored_input),
    rule!(IncompatibleBase, incompatible_base),
    rule!(InvalidDirective, invalid_directive),
    rule!(LatestFrontend, latest_frontend),
    rule!(LatestToolchain, latest_toolchain),
    rule!(LibraryMissing, library_missing),
    rule!(LockfileMissing, lockfile_missing),
    rule!(NetworkInCompile, network_in_compile),
    rule!(NothingToRun, nothing_to_run),
    rule!(OciLabel, oci_label),
    rule!(PathOverwritten, path_overwritten),
    rule!(PipedDownload, piped_download),
    rule!(PrivilegedPort, privileged_port),
    rule!(ProgramAsArgument, program_as_argument),
    rule!(ProgramMissing, program_missing),
    rule!(RootUser, root_user),
    rule!(SecretFile, secret_file),
    rule!(SecretInArg, secret_in_arg),
    rule!(SecretInEnv, secret_in_env),
    rule!(ShadowedInput, shadowed_input),
    rule!(ShadowedName, shadowed_name),
    rule!(ShellFormEntrypoint, shell_form_entrypoint),
    rule!(ShellStateLost, shell_state_lost),
    rule!(StopSignalKill, stop_signal_kill),
    rule!(SudoInStep, sudo_in_step),
    // A file without the line cannot be built, unless the command line names the frontend.
    rule!(SyntaxLineMissing, syntax_line_missing, Error),
    rule!(UnexpandedVariable, unexpanded_variable),
    rule!(UnknownUser, unknown_user),
    rule!(UnpinnedGit, unpinned_git),
    rule!(UnpinnedHttp, unpinned_http),
    rule!(UnusedArg, unused_arg),
    rule!(UnusedBuild, unused_build),
    rule!(UnusedContext, unused_context),
    rule!(UnusedSecret, unused_secret),
    rule!(UnusedStage, unused_stage),
    rule!(UnwritableFolder, unwritable_folder),
    rule!(VolumeOverProgram, volume_over_program),
    rule!(WorldWritableFile, world_writable_file),
];

/// The rule with a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
