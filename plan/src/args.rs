//! The values of `${NAME}`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use slipway_spec::{Diagnostic, PLATFORM_ARGS, Scope, Spec};

use crate::{Platform, Request};

/// Values by name: declared arguments and those that the platform defines.
#[derive(Debug, Clone)]
pub struct Args {
    values: BTreeMap<String, String>,
    /// The remaining budget for text from arguments. It is shared, because it is one budget for all platforms and
    /// targets of a file, and a build plans its platforms at the same time.
    left: Arc<AtomicUsize>,
}

/// The maximum size of text from arguments in a file: a value may be used thousands of times.
const MAX_FROM_ARGS: usize = 16 << 20;

/// Build arguments with a predefined meaning, which no file declares.
const WELL_KNOWN: &[&str] = &["SOURCE_DATE_EPOCH", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

impl Args {
    /// The arguments of a spec, with the values of the command line.
    ///
    /// # Errors
    /// A required argument without a value, or a value that the spec does not allow.
    pub fn declared(spec: &Spec, request: &Request) -> Result<Self, Vec<Diagnostic>> {
        let mut values = BTreeMap::new();
        let mut wrong = Vec::new();
        for (name, arg) in spec.args.iter() {
            let given = request.build_args.get(&name.value);
            let value = given.cloned().or_else(|| arg.default.as_ref().map(|default| default.value.clone()));
            if arg.required && given.is_none_or(String::is_empty) {
                wrong.push(
                    Diagnostic::error(name.span, format!("the argument `{}` is required", name.value))
                        .with_help(format!("set it: `--build-arg {}=…`", name.value)),
                );
            }
            if let Some(given) = given
                && !arg.values.is_empty()
                && !arg.values.contains(given)
            {
                wrong.push(
                    Diagnostic::error(
                        name.span,
                        format!("`--build-arg {}={given}` is not an allowed value", name.value),
                    )
                    .with_help_if(Diagnostic::suggestion(
                        given,
                        arg.values.iter().map(String::as_str),
                        "it may be",
                    )),
                );
            }
            values.insert(name.value.clone(), value.unwrap_or_default());
        }
        if wrong.is_empty() { Ok(Self { values, left: Self::budget() }) } else { Err(wrong) }
    }

    /// The same with the arguments of one platform; a `--build-arg` of such a name takes precedence, as in a
    /// Dockerfile.
    #[must_use]
    pub fn for_platform(&self, request: &Request, target: &Platform) -> Self {
        let mut values = self.values.clone();
        let build = &request.build_platform;
        for (prefix, platform) in [("TARGET", target), ("BUILD", build)] {
            values.insert(format!("{prefix}PLATFORM"), platform.to_string());
            values.insert(format!("{prefix}OS"), platform.os().to_owned());
            values.insert(format!("{prefix}ARCH"), platform.arch().to_owned());
            values.insert(format!("{prefix}VARIANT"), platform.variant().to_owned());
        }
        for name in PLATFORM_ARGS {
            if let Some(given) = request.build_args.get(name) {
                values.insert(name.to_owned(), given.clone());
            }
        }
        Self { values, left: Arc::clone(&self.left) }
    }

    /// Only the arguments that platforms define.
    #[must_use]
    pub fn of_platforms(request: &Request, target: &Platform) -> Self {
        Self { values: BTreeMap::new(), left: Self::budget() }.for_platform(request, target)
    }

    fn budget() -> Arc<AtomicUsize> {
        Arc::new(AtomicUsize::new(MAX_FROM_ARGS))
    }

    /// Build arguments of the command line that the file does not use.
    #[must_use]
    pub fn unused<'a>(spec: &Spec, request: &'a Request) -> Vec<&'a str> {
        request
            .build_args
            .keys()
            .map(String::as_str)
            .filter(|name| {
                spec.args.get(name).is_none()
                    && !name.starts_with("BUILDKIT_")
                    && !PLATFORM_ARGS.contains(name)
                    && !WELL_KNOWN.contains(&name.to_ascii_uppercase().as_str())
            })
            .collect()
    }
}

impl Scope for Args {
    fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    fn spend(&self, bytes: usize) -> bool {
        let left = self.left.load(Ordering::Relaxed).checked_sub(bytes);
        self.left.store(left.unwrap_or_default(), Ordering::Relaxed);
        left.is_some()
    }

    fn names(&self) -> Vec<&str> {
        self.values.keys().map(String::as_str).collect()
    }
}
