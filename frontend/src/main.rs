//! The Slipway BuildKit frontend: started by BuildKit for every build, it reads a spec and answers with a graph. With
//! arguments it is a command line: [`cli`].
//!
//! The path of a build through the modules: [`options`] reads what the command line asks, [`gateway`] talks to
//! BuildKit, [`context`] loads the spec and the ignore file, [`includes`] what the spec includes, `slipway-plan` plans
//! over [`project`], [`foreign`] has others make what Slipway does not, [`lower`] turns the plan into LLB,
//! [`subrequests`] answers what is asked instead of a build, from an [`analysis`] that looks nothing up, and [`build`]
//! holds these together and returns the result. In a build nothing may ever be printed to standard output: it is the
//! connection.

mod analysis;
mod build;
mod cli;
mod contained;
mod context;
mod failure;
mod foreign;
mod gateway;
mod ignore;
mod image_ref;
mod includes;
mod lower;
mod named;
mod options;
mod project;
mod subrequests;
mod warnings;

use std::process::ExitCode;

use buildkit_proto::keys::env;

fn main() -> ExitCode {
    // BuildKit starts the program without arguments; people and scripts never do so in a session of BuildKit's.
    if std::env::args_os().len() > 1 || std::env::var_os(env::SESSION_ID).is_none() {
        return contained::run(|| cli::run(std::env::args_os())).unwrap_or_else(|report| cli::fail(&report));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let code = match runtime {
        // Exit at once: dropping the runtime could wait for what will never come.
        Ok(runtime) => i32::from(!runtime.block_on(build::run())),
        Err(_) => 1,
    };
    std::process::exit(code)
}
