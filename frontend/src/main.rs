//! The Slipway BuildKit frontend: BuildKit starts it for every build; it reads a spec and returns a graph. With
//! arguments, it is a command line tool: [`cli`].
//!
//! The path of a build through the modules: [`options`] reads the options, [`gateway`] talks to BuildKit, [`context`]
//! loads the spec and the ignore file, also from a [`remote`] context, [`includes`] the included files. `slipway-plan` plans with [`project`],
//! [`foreign`] gets results from elsewhere, [`lower`] converts the plan to LLB, and [`subrequests`] answers `--call`
//! methods from an [`analysis`] that looks nothing up. [`build`] connects these and returns the result. A build must
//! never print to standard output: it is the connection.

mod analysis;
mod build;
mod cli;
mod contained;
mod context;
mod dockerfile;
mod entitlements;
mod epoch;
#[cfg(unix)]
mod examine;
mod failure;
mod foreign;
mod gateway;
mod git_url;
mod ignore;
mod image_ref;
mod includes;
mod lower;
mod named;
mod no_cache;
mod options;
#[cfg(unix)]
mod pick;
mod policy;
mod probe;
mod project;
mod remote;
mod run_warnings;
mod sbom;
mod scanned;
mod subrequests;
mod unprivileged;
mod warnings;

use std::process::ExitCode;

use buildkit_proto::keys::env;

/// The allocator of musl, which released programs are linked with, is several times slower.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    // Steps of builds start it with these commands.
    #[cfg(unix)]
    if let Some(code) = examined() {
        return code;
    }
    // BuildKit starts the program without arguments; users and scripts never start it in a BuildKit session.
    if std::env::args_os().len() > 1 || std::env::var_os(env::SESSION_ID).is_none() {
        return contained::run(|| cli::run(std::env::args_os())).unwrap_or_else(|report| cli::fail(&report));
    }
    unprivileged::continue_unprivileged();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let code = match runtime {
        // Exit at once: dropping the runtime could wait forever.
        Ok(runtime) => i32::from(!runtime.block_on(build::run())),
        Err(_) => 1,
    };
    std::process::exit(code)
}

/// What a step that examines an image, or picks files, started.
#[cfg(unix)]
fn examined() -> Option<ExitCode> {
    let mut words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let run = match words.next().as_deref() {
        Some("examine") => examine::run,
        Some("pick") => pick::run,
        _ => return None,
    };
    let rest: Vec<_> = words.collect();
    Some(contained::run(move || run(&rest)).unwrap_or_else(|report| cli::fail(&report)))
}
