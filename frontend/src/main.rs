//! The Slipway BuildKit frontend: started by BuildKit for every build, it reads a spec and answers with a graph.
//!
//! The path of a build through the modules: [`options`] reads what the command line asks, [`gateway`] talks to BuildKit, [`context`] loads the spec and the
//! ignore file, [`includes`] what the spec includes, `slipway-plan` plans over [`project`], [`foreign`] has others make what Slipway does not, [`lower`] turns the plan into LLB, [`subrequests`] answers what is asked instead of a build, from an [`analysis`] that looks nothing up, and [`build`] holds these together and returns the result.
//! Nothing may ever be printed to standard output: it is the connection.

mod analysis;
mod build;
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
    if std::env::var_os(env::SESSION_ID).is_none() {
        return not_under_buildkit();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let code = match runtime {
        // Exit at once: dropping the runtime could wait for what will never come.
        Ok(runtime) => i32::from(!runtime.block_on(build::run())),
        Err(_) => 1,
    };
    std::process::exit(code)
}

/// Somebody started the program by hand.
#[expect(clippy::print_stderr, reason = "outside of a build, standard error is the user's terminal")]
fn not_under_buildkit() -> ExitCode {
    eprintln!(
        "slipway {} is a BuildKit frontend: name its image in the first line of a spec,\n    # syntax=<registry>/slipway:1\n\
         and build the spec with\n    docker buildx build -f slipway.yaml .",
        env!("CARGO_PKG_VERSION")
    );
    ExitCode::from(2)
}
