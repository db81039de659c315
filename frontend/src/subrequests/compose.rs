//! `--call=slipway.compose`: a service for every image, as a starting point for a Compose file.
//!
//! It contains what the spec defines but an image cannot contain: how it is built, its published ports, files to
//! synchronize. Variants are services in a profile of their name. Reference of the format:
//! <https://github.com/compose-spec/compose-spec>.

use std::time::Duration;

use serde_json::{Map, Value, json};
use slipway_plan::{Plan, Target, health_check_words, targets};
use slipway_spec::model::{ExposedPort, Healthcheck, Image, ImageFile, ImageUser, Origin, Port, Protocol, Timespan};
use slipway_spec::{Diagnostic, Spec, Template};

use super::given::variable_of;
use super::names::{Names, Variables};
use super::{Answer, Method, Needs, Question, yaml};
use crate::analysis::Analysis;
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.compose",
    version: "1.0.0",
    description: "Print a service for every image, as a starting point for a Compose file",
    takes_target: false,
    names_spec: true,
    needs: Needs::Plans,
    formats: &[],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let spec = question.valid_spec()?;
    let writer = Writer { spec, variables: Variables::of(spec) };
    // Only the destinations of synchronized files depend on the plan; images that cannot be planned also get a service.
    let plans = question.analysis.map(Analysis::made).unwrap_or_default();
    let mut names = Names::default();
    let (mut services, mut secrets) = (Map::new(), Map::new());
    for target in targets(spec) {
        let Target::Image { variant, image, .. } = target else { continue };
        let label = target.label();
        let name = names.take(&label);
        let plan = plans.iter().find(|plan| plan.target == label);
        let mut service = writer.service(image, plan);
        let (build, own) = writer.build(question, &label);
        service.insert("build".to_owned(), build);
        secrets.extend(own);
        if let Some(variant) = variant {
            service.insert("profiles".to_owned(), json!([variant.value]));
        }
        services.insert(name, service.into());
    }
    let mut json = json!({ "services": services });
    if let (false, Some(object)) = (secrets.is_empty(), json.as_object_mut()) {
        object.insert("secrets".to_owned(), secrets.into());
    }
    Ok(Answer { text: yaml::document(&json), json, status: None })
}

struct Writer<'a> {
    spec: &'a Spec,
    variables: Variables,
}

impl Writer<'_> {
    /// How a service is built, and the secrets that this requires. Compose cannot leave out a secret that is not set, so
    /// others are not named.
    fn build(&self, question: &Question<'_>, label: &str) -> (Value, Map<String, Value>) {
        let (dockerfile, text) = question.spec_file(["dockerfile", "dockerfile_inline"]);
        let mut build = json!({ "context": ".", dockerfile: escape(text), "target": escape(label) });
        let uses = question.uses(Some(label));
        let mut secrets = Map::new();
        for id in uses.secrets.iter().filter(|(_, (required, _))| *required).map(|(id, _)| id) {
            secrets.extend(variable_of(self.spec, id).map(|name| (escape(id), json!({ "environment": name }))));
        }
        // Arguments without a value come from the environment, or from the file.
        let mut args: Vec<_> = self.spec.args.names().map(str::to_owned).collect();
        args.extend(question.syntax().map(|(name, image)| format!("{name}={}", escape(image))));
        let agents = uses.ssh.iter().filter(|(_, (required, _))| *required).map(|(id, _)| escape(id)).collect();
        if let Some(object) = build.as_object_mut() {
            for (key, list) in [("args", args), ("secrets", secrets.keys().cloned().collect()), ("ssh", agents)] {
                if !list.is_empty() {
                    object.insert(key.to_owned(), list.into());
                }
            }
            let contexts = question.contexts(escape);
            if !contexts.is_empty() {
                object.insert("additional_contexts".to_owned(), contexts.into());
            }
        }
        (build, secrets)
    }

    fn service(&self, image: &Image, plan: Option<&Plan>) -> Map<String, Value> {
        let keys = &image.keys;
        let mut service = Map::new();
        // Without a host port, so that two services with the same port can run side by side.
        let mut ports: Vec<_> = keys.config.expose.iter().filter_map(|port| self.port(port)).collect();
        if let Some(debugger) = plan.and_then(|plan| plan.debugger_port) {
            // Anyone who can reach it can run code in the container.
            ports.retain(|port| *port != debugger.to_string());
            ports.push(format!("127.0.0.1:{debugger}:{debugger}"));
        }
        if !ports.is_empty() {
            service.insert("ports".to_owned(), ports.into());
        }
        if let Some(user) = keys.config.user.as_ref().and_then(|user| self.user(user)) {
            service.insert("user".to_owned(), user.into());
        }
        if let Some(check) = keys.healthcheck.as_ref().and_then(|check| self.healthcheck(check)) {
            service.insert("healthcheck".to_owned(), check);
        }
        let mut watch: Vec<_> = keys.watch.iter().filter_map(|folder| self.watch(image, plan, folder)).collect();
        if let Some(watched) = plan.and_then(|plan| plan.watched.as_ref()) {
            let rebuilt = |path: &String| json!({ "action": "rebuild", "path": relative(&escape(path)) });
            let manifests: Vec<_> = watched.manifests.iter().map(rebuilt).collect();
            if watch.is_empty() {
                watch.extend(watched.folders.iter().map(|folder| match &folder.target {
                    Some(target) => {
                        let ignored = watched.ignored.iter().map(|pattern| escape(pattern));
                        let ignored: Vec<_> = ignored.chain(self.excluded(image, &folder.path)).collect();
                        sync(&escape(&folder.path), &escape(target), &ignored, watched.restarts)
                    }
                    None => rebuilt(&folder.path),
                }));
            }
            watch.splice(0..0, manifests);
        }
        if !watch.is_empty() {
            service.insert("develop".to_owned(), json!({ "watch": watch }));
        }
        service
    }

    fn port(&self, port: &ExposedPort) -> Option<String> {
        match port {
            ExposedPort::Known(Port { number, protocol: Protocol::Tcp }, _) => Some(number.to_string()),
            ExposedPort::Known(port, _) => Some(port.to_string()),
            ExposedPort::Given(text) => self.text(text),
        }
    }

    /// The user of a container, as the image has it.
    fn user(&self, user: &ImageUser) -> Option<String> {
        match user {
            ImageUser::Existing(text) => self.text(text),
            ImageUser::New(user) => {
                let uid = self.text(&user.uid)?;
                let gid = user.gid.as_ref().map_or(Some(uid.clone()), |gid| self.text(gid))?;
                Some(format!("{uid}:{gid}"))
            }
        }
    }

    /// What to do when a file in a folder changes; `None` for a folder outside the context.
    fn watch(&self, image: &Image, plan: Option<&Plan>, folder: &Template) -> Option<Value> {
        let folder = self.text(folder)?;
        let build = image.build.as_ref().map(|used| &used.build);
        if build.is_some_and(|build| build.origin.is_some()) {
            return None;
        }
        let folder_of_build = match build.and_then(|build| build.source.path.as_ref()) {
            Some(path) => self.text(path)?,
            None => String::new(),
        };
        let path = join(plain(&folder_of_build), plain(&folder));
        let copied = || image.keys.files.iter().find_map(|(to, file)| self.copied(&path, to, file));
        // Where the running container has the same files.
        let source = plan.and_then(|plan| plan.source_folder.as_deref());
        let target = source.map(|place| join(&escape(place), plain(&folder))).or_else(copied);
        Some(match target {
            Some(target) => {
                let watched = plan.and_then(|plan| plan.watched.as_ref());
                let ignored = watched.iter().flat_map(|watched| &watched.ignored).map(|pattern| escape(pattern));
                let ignored: Vec<_> = ignored.collect();
                sync(&path, &target, &ignored, watched.is_some_and(|watched| watched.restarts))
            }
            // It contains something built from them.
            None => json!({ "action": "rebuild", "path": relative(&path) }),
        })
    }

    /// The patterns of `source.exclude`, relative to a folder that contains the source.
    fn excluded(&self, image: &Image, folder: &str) -> Vec<String> {
        let Some(source) = image.build.as_ref().map(|used| &used.build.source) else { return Vec::new() };
        let Some(own) = source.path.as_ref().map_or(Some(String::new()), |path| self.text(path)) else {
            return Vec::new();
        };
        let Some(inside) = plain(&own).strip_prefix(folder) else { return Vec::new() };
        if !(folder.is_empty() || inside.is_empty() || inside.starts_with('/')) {
            return Vec::new();
        }
        let patterns = source.exclude.iter().filter_map(|pattern| self.text(pattern));
        patterns.map(|pattern| join(inside.trim_start_matches('/'), plain(&pattern))).collect()
    }

    /// Where an image has a folder of the context through one of its `files`.
    fn copied(&self, path: &str, to: &str, file: &ImageFile) -> Option<String> {
        let file = file.copied()?;
        let from = (file.from.origin == Origin::Context).then(|| self.text(&file.from.path)).flatten()?;
        let rest = match plain(&from) {
            "" => path,
            from => path.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('/'))?,
        };
        Some(join(&escape(to), rest.trim_start_matches('/')))
    }

    fn healthcheck(&self, check: &Healthcheck) -> Option<Value> {
        let Healthcheck::Check { test, interval, timeout, start_period, start_interval, retries, .. } = check else {
            return Some(json!({ "disable": true }));
        };
        let mut text = |template: &Template| {
            // Its text does not matter: a service without a health check has that of its image.
            self.text(template).ok_or_else(|| Diagnostic::error(template.span, "no text"))
        };
        let words = health_check_words(test, timeout.as_ref(), &mut text, |_| false).ok()?;
        let test: Vec<_> = std::iter::once("CMD".to_owned()).chain(words).collect();
        let mut check = Map::from_iter([("test".to_owned(), json!(test))]);
        let times = [
            ("interval", interval),
            ("timeout", timeout),
            ("start_period", start_period),
            ("start_interval", start_interval),
        ];
        for (key, time) in times {
            if let Some(Timespan(time)) = time {
                check.insert(key.to_owned(), duration(*time).into());
            }
        }
        if let Some(retries) = retries {
            check.insert("retries".to_owned(), (*retries).into());
        }
        Some(check.into())
    }

    /// A text with its arguments as Compose variables, with their defaults.
    fn text(&self, template: &Template) -> Option<String> {
        self.variables.write(template, escape, |name| {
            let default = self.spec.args.get(name).and_then(|arg| arg.default.as_ref());
            // A default cannot contain the sign that ends it.
            match default.filter(|default| !default.contains('}')) {
                Some(default) => format!("${{{name}:-{}}}", escape(default)),
                None => format!("${{{name}}}"),
            }
        })
    }
}

/// The rule that copies changed files of a folder into the container.
fn sync(path: &str, target: &str, ignored: &[String], restarts: bool) -> Value {
    let action = if restarts { "sync+restart" } else { "sync" };
    let mut rule = json!({ "action": action, "path": relative(path), "target": target });
    if let (false, Some(rule)) = (ignored.is_empty(), rule.as_object_mut()) {
        rule.insert("ignore".to_owned(), json!(ignored));
    }
    rule
}

/// A folder of the context as Compose reads it.
fn relative(folder: &str) -> String {
    if folder.is_empty() { ".".to_owned() } else { format!("./{folder}") }
}

/// A folder of the context in normal form; empty for the context itself.
fn plain(folder: &str) -> &str {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if folder == "." { "" } else { folder }
}

/// A folder and a path in it; each may be empty.
fn join(folder: &str, inside: &str) -> String {
    let folder = folder.trim_end_matches('/');
    match (folder, inside) {
        ("", inside) => inside.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, inside) => format!("{folder}/{inside}"),
    }
}

fn duration(time: Duration) -> String {
    if time.subsec_millis() == 0 { format!("{}s", time.as_secs()) } else { format!("{}ms", time.as_millis()) }
}

fn escape(text: &str) -> String {
    text.replace('$', "$$")
}
