//! What a target uses from the command line and the engine.

use std::collections::{BTreeMap, BTreeSet};

use slipway_plan::{MountKind, Plan, StepKind};
use slipway_spec::Span;

/// What the plans of a target use from the command line and the engine, with the first location that needs it.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) args: BTreeSet<String>,
    /// Secrets by id, and whether they are required.
    pub(super) secrets: BTreeMap<String, (bool, Span)>,
    /// SSH agents by id, and whether they are required.
    pub(super) ssh: BTreeMap<String, (bool, Span)>,
    /// Cache mounts by id and folder.
    pub(super) caches: BTreeMap<(String, String), Span>,
}

impl Uses {
    pub(super) fn of<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Self {
        let mut uses = Self::default();
        for plan in plans {
            uses.args.extend(plan.args.iter().cloned());
            for (_, step) in plan.steps.iter() {
                let StepKind::Run(run) = &step.kind else { continue };
                let mut secret = |id: &str, required: bool| {
                    let entry = uses.secrets.entry(id.to_owned()).or_insert((false, step.span));
                    entry.0 |= required;
                };
                for variable in &run.secret_env {
                    secret(&variable.id, variable.required);
                }
                for mount in &run.mounts {
                    match &mount.kind {
                        MountKind::Secret { id, required } => secret(id, *required),
                        MountKind::Ssh { id, required } => {
                            uses.ssh.entry(id.clone()).or_insert((false, step.span)).0 |= required;
                        }
                        MountKind::Cache { id, .. } => {
                            uses.caches.entry((id.clone(), mount.target.clone())).or_insert(step.span);
                        }
                        MountKind::ReadOnly { .. }
                        | MountKind::Discarded { .. }
                        | MountKind::Dependencies { .. }
                        | MountKind::Parts { .. }
                        | MountKind::Script { .. }
                        | MountKind::Tmpfs => {}
                    }
                }
            }
        }
        uses
    }
}
