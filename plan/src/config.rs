//! The config of a final image: that of its base, overridden by the spec, overridden by the command line.
//!
//! Reference of the format: <https://github.com/opencontainers/image-spec/blob/main/config.md>. Unknown fields are kept
//! from the base.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use slipway_spec::Diagnostic;
use slipway_spec::model::{ExposedPort, ImageConfig, Port};
use slipway_spec::visible::{brief, title};

use crate::env::{env_of, set_all};
use crate::evaluator::Evaluator;
use crate::init::{unwrapped, wrapped};
use crate::output::BuildOutput;
use crate::{Layer, Platform};

/// The default user of images: `nonroot` of the distroless images.
pub(crate) const DEFAULT_USER: &str = "65532:65532";
/// `PATH` of images without a base, as in images that Docker builds from `scratch`.
pub(crate) const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The config in the spec of an image, with every `${NAME}` replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evaluated {
    pub(crate) env: Vec<(String, String)>,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) user: String,
    pub(crate) workdir: Option<String>,
    pub(crate) expose: Vec<Port>,
    pub(crate) volumes: Vec<String>,
    /// The entrypoint; that of the base if absent.
    pub(crate) entrypoint: Option<Vec<String>>,
    /// The arguments; those of the base if absent and there is no entrypoint in the spec.
    pub(crate) cmd: Option<Vec<String>>,
    pub(crate) stop_signal: Option<String>,
    /// The health check; that of the base if absent.
    pub(crate) healthcheck: Option<Value>,
    /// Whether the probe is the first process; as in the base if absent.
    pub(crate) init: Option<bool>,
}

impl Evaluated {
    /// Replaces the arguments in the spec's config, and merges it over that of the build. The user was evaluated
    /// before.
    pub(crate) fn new(
        config: &ImageConfig,
        evaluator: &mut Evaluator,
        made: Option<&BuildOutput>,
        user: String,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut eval = |template: &slipway_spec::Template| {
            evaluator.eval(template).unwrap_or_else(|diagnostic| {
                wrong.push(diagnostic);
                String::new()
            })
        };
        let mut env = made.map(|made| made.env.clone()).unwrap_or_default();
        let own: Vec<_> = config.env.iter().map(|(name, value)| (name.value.clone(), eval(value))).collect();
        if let Some(made) =
            made.filter(|made| config.entrypoint.is_none() && config.cmd.is_none() && !made.cmd.is_empty())
        {
            set_all(&mut env, &made.start.env);
        }
        set_all(&mut env, &own);
        let labels = config.labels.iter().map(|(name, value)| (name.value.clone(), eval(value))).collect();
        let own_workdir = config.workdir.as_ref().map(&mut eval);
        let volumes: Vec<_> = config.volumes.iter().map(&mut eval).collect();
        let program = made.map(|made| made.entrypoint.clone()).filter(|words| !words.is_empty());
        let entrypoint = match &config.entrypoint {
            Some(words) => Some(words.iter().map(&mut eval).collect()),
            None => program,
        };
        let arguments = made.filter(|_| config.entrypoint.is_none()).map(|made| made.cmd.clone());
        let cmd = match &config.cmd {
            Some(words) => Some(words.iter().map(&mut eval).collect()),
            None => arguments.filter(|words| !words.is_empty()),
        };
        let stop_signal = config.stop_signal.as_ref().map(&mut eval);
        let mut expose = Vec::new();
        let mut not_ports = Vec::new();
        for port in &config.expose {
            match port {
                ExposedPort::Known(port, _) => expose.push(*port),
                ExposedPort::Given(given) => {
                    let text = eval(given);
                    match Port::read(&text) {
                        Some(port) => expose.push(port),
                        None => not_ports.push((text, given.span)),
                    }
                }
            }
        }
        if wrong.is_empty() {
            wrong.extend(not_ports.iter().map(|(text, span)| {
                Diagnostic::error(*span, format!("`{}` is not a port", brief(text))).with_help(Port::HELP)
            }));
        }
        for (path, template) in own_workdir.iter().zip(&config.workdir).chain(volumes.iter().zip(&config.volumes)) {
            if !path.starts_with('/') {
                wrong.push(
                    Diagnostic::error(template.span, format!("`{path}` is not an absolute path"))
                        .with_help(format!("write `/{}`", path.trim_start_matches("./"))),
                );
            }
        }
        if wrong.is_empty() {
            let workdir = own_workdir.or_else(|| made.and_then(|made| made.workdir.clone()));
            let (healthcheck, init) = (None, None);
            Ok(Self { env, labels, user, workdir, expose, volumes, entrypoint, cmd, stop_signal, healthcheck, init })
        } else {
            Err(wrong)
        }
    }
}

/// The config of a stage: that of its base, with the environment and the working directory of its steps.
pub(crate) fn stage_config(
    base: &Value,
    platform: &Platform,
    mut env: Vec<(String, String)>,
    workdir: &str,
    steps: &[String],
    labels: &BTreeMap<String, String>,
) -> Value {
    let mut image = fields_of(base, platform);
    let mut history = image.get("history").and_then(Value::as_array).cloned().unwrap_or_default();
    history.extend(steps.iter().map(|step| json!({ "created_by": title(step), "comment": COMMENT })));
    let mut config = image.get("config").and_then(Value::as_object).cloned().unwrap_or_default();
    set_path(&mut env);
    config.insert("Env".into(), env.iter().map(|(name, value)| format!("{name}={value}")).collect());
    config.insert("WorkingDir".into(), workdir.into());
    if !labels.is_empty() {
        let mut all = config.get("Labels").and_then(Value::as_object).cloned().unwrap_or_default();
        all.extend(labels.iter().map(|(name, value)| (name.clone(), value.as_str().into())));
        config.insert("Labels".into(), all.into());
    }
    config.remove("ArgsEscaped");
    config.remove("OnBuild");
    image.insert("config".into(), config.into());
    image.insert("history".into(), history.into());
    Value::Object(image)
}

/// The fields of the base's config that describe no container, for a platform.
fn fields_of(base: &Value, platform: &Platform) -> Map<String, Value> {
    let mut image = base.as_object().cloned().unwrap_or_default();
    // The creation time of the base does not apply; without one, the result does not depend on the clock.
    image.remove("created");
    image.insert("os".into(), platform.os().into());
    image.insert("architecture".into(), platform.arch().into());
    match platform.variant() {
        "" => image.remove("variant"),
        variant => image.insert("variant".into(), variant.into()),
    };
    if !image.contains_key("rootfs") {
        image.insert("rootfs".into(), json!({ "type": "layers", "diff_ids": [] }));
    }
    image
}

fn set_path(env: &mut Vec<(String, String)>) {
    if !env.iter().any(|(name, _)| name == "PATH") {
        env.insert(0, ("PATH".into(), DEFAULT_PATH.into()));
    }
}

/// The whole config as JSON, for the result.
pub(crate) fn image_config(
    base: &Value,
    platform: &Platform,
    spec: &Evaluated,
    layers: &[Layer],
    more_labels: &BTreeMap<String, String>,
) -> Value {
    let mut image = fields_of(base, platform);
    let mut history = image.get("history").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut config = image.get("config").and_then(Value::as_object).cloned().unwrap_or_default();
    history.extend(layers.iter().map(|layer| json!({ "created_by": title(&layer.history), "comment": COMMENT })));
    let mut metadata = |line: String| {
        history.push(json!({ "created_by": title(&line), "comment": COMMENT, "empty_layer": true }));
    };

    let mut env: Vec<(String, String)> = env_of(base);
    set_path(&mut env);
    for (name, value) in &spec.env {
        metadata(format!("ENV {name}={value}"));
    }
    set_all(&mut env, &spec.env);
    config.insert("Env".into(), env.iter().map(|(name, value)| format!("{name}={value}")).collect());

    let mut labels: BTreeMap<String, Value> = config
        .get("Labels")
        .and_then(Value::as_object)
        .map(|labels| labels.clone().into_iter().collect())
        .unwrap_or_default();
    let more = spec.labels.iter().map(|(key, value)| (key, value)).chain(more_labels);
    for (key, value) in more {
        metadata(format!("LABEL {key}={value}"));
        labels.insert(key.clone(), value.as_str().into());
    }
    set_unless_empty(&mut config, "Labels", labels.into_iter().collect::<Map<_, _>>().into());

    let ports = spec.expose.iter().map(ToString::to_string).collect();
    for (key, word, paths) in [("ExposedPorts", "EXPOSE", &ports), ("Volumes", "VOLUME", &spec.volumes)] {
        let mut all = config.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
        for path in paths {
            metadata(format!("{word} {path}"));
            all.insert(path.clone(), json!({}));
        }
        set_unless_empty(&mut config, key, all.into());
    }

    match &spec.workdir {
        Some(workdir) => {
            config.insert("WorkingDir".into(), workdir.as_str().into());
        }
        None if config.get("WorkingDir").and_then(Value::as_str).is_none_or(str::is_empty) => {
            config.insert("WorkingDir".into(), "/".into());
        }
        None => {}
    }
    metadata(format!("USER {}", spec.user));
    config.insert("User".into(), spec.user.as_str().into());
    if let Some(signal) = &spec.stop_signal {
        metadata(format!("STOPSIGNAL {signal}"));
        config.insert("StopSignal".into(), signal.as_str().into());
    }
    if let Some(check) = &spec.healthcheck {
        metadata(format!("HEALTHCHECK {}", check.get("Test").cloned().unwrap_or_default()));
        config.insert("Healthcheck".into(), check.clone());
    }
    if spec.entrypoint.is_some() || spec.init.is_some() {
        let inherited = || words_of(config.get("Entrypoint"));
        let words = spec.entrypoint.clone().unwrap_or_else(inherited);
        let words = if spec.init == Some(true) { wrapped(words) } else { unwrapped(words) };
        metadata(format!("ENTRYPOINT {}", Value::from(words.clone())));
        set_unless_empty(&mut config, "Entrypoint", words.into());
    }
    if spec.entrypoint.is_some() {
        // The base's arguments belong to its entrypoint.
        config.remove("Cmd");
    }
    if let Some(words) = &spec.cmd {
        metadata(format!("CMD {}", Value::from(words.clone())));
        set_unless_empty(&mut config, "Cmd", words.clone().into());
    }
    // The base's shell form belongs to its entrypoint.
    config.remove("ArgsEscaped");
    config.remove("OnBuild");

    image.insert("config".into(), config.into());
    image.insert("history".into(), history.into());
    Value::Object(image)
}

fn words_of(list: Option<&Value>) -> Vec<String> {
    let words = list.and_then(Value::as_array).into_iter().flatten();
    words.filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Marks Slipway's lines of the history, as `buildkit.dockerfile.v0` marks those of Dockerfiles.
const COMMENT: &str = "slipway.v1";

fn set_unless_empty(config: &mut Map<String, Value>, key: &str, value: Value) {
    let empty = match &value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    if empty {
        config.remove(key);
    } else {
        config.insert(key.to_owned(), value);
    }
}
