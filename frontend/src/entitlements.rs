//! Permissions of steps that only the client can grant: the network of the engine, and all privileges.
//!
//! Engines refuse the whole graph for a missing one, in words that do not say what to do, after the frontend has ended.
//! So a build with such a step first asks for a step that does nothing and needs the same.

use buildkit_llb::exec::{Network as GraphNetwork, Security};
use buildkit_llb::{Annotate, Exec, Output};
use slipway_plan::{Network, Plan, Run, StepKind};
use slipway_spec::Diagnostic;

use crate::failure::Failure;
use crate::gateway::Session;
use crate::unprivileged::own_definition;

/// Whether a step needs a permission.
type Needs = fn(&Run) -> bool;

/// The permissions: the name, which steps need it, and what it gives.
const ALL: [(&str, Needs, &str); 2] = [
    ("network.host", |run| matches!(run.network, Network::Host), "the network of the engine"),
    ("security.insecure", |run| run.insecure, "all privileges"),
];

/// Checks that the client granted what the steps of a plan need.
///
/// # Errors
/// It did not.
pub(crate) async fn check(session: &Session, plan: &Plan) -> Result<(), Failure> {
    for (name, needs, what) in ALL {
        let step = plan.steps.iter().find(|(_, step)| matches!(&step.kind, StepKind::Run(run) if needs(run)));
        let Some((_, step)) = step else { continue };
        let Some(own) = own_definition().and_then(|bytes| Output::decode(&bytes).ok()) else { continue };
        let exec = Exec::new("/slipway").arg("--version").root(&own).name(format!("[internal] check --allow {name}"));
        let exec = match name {
            "network.host" => exec.network(GraphNetwork::Host),
            _ => exec.security(Security::Insecure),
        };
        let reference = session.solve(&exec.run().marshal(), Vec::new()).await?;
        // Other errors appear again when the step itself runs.
        let Err(status) = session.exists(&reference.id, "/").await else { continue };
        if status.message().contains(&format!("{name} is not allowed")) {
            let found =
                Diagnostic::error(step.span, format!("this step needs {what}, which this build does not allow"));
            return Err(found.with_help(format!("add `--allow {name}` to the command")).into());
        }
    }
    Ok(())
}
