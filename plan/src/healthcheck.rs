//! Health checks in image configs.
//!
//! Reference of the format: the `Healthcheck` field of Docker's image config; times are in nanoseconds.

use serde_json::{Map, Value, json};
use slipway_spec::model::{
    GrpcCheck, HealthTest, Healthcheck, HttpCheck, ProbeAddress, Timespan, check_address, check_header, check_path,
    check_port, check_service, check_status,
};
use slipway_spec::{Diagnostic, Template};

use crate::evaluator::Evaluator;
use crate::init::PROBE;

/// The value of the field; `None` if there is nothing to set.
pub(crate) fn evaluate(check: Option<&Healthcheck>, evaluator: &mut Evaluator) -> Result<Option<Value>, Diagnostic> {
    let (test, times, retries) = match check {
        None => return Ok(None),
        Some(Healthcheck::None) => return Ok(Some(json!({ "Test": ["NONE"] }))),
        Some(Healthcheck::Check { test, interval, timeout, start_period, start_interval, retries, .. }) => (
            test,
            [
                ("Interval", interval),
                ("Timeout", timeout),
                ("StartPeriod", start_period),
                ("StartInterval", start_interval),
            ],
            retries,
        ),
    };
    let words = health_check_words(test, times[1].1.as_ref(), &mut |template| evaluator.eval(template), is_known)?;
    let argv: Vec<_> = std::iter::once("CMD".to_owned()).chain(words).collect();
    let mut field = Map::from_iter([("Test".to_owned(), Value::from(argv))]);
    for (name, time) in times {
        if let Some(Timespan(time)) = time {
            field.insert(name.to_owned(), u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).into());
        }
    }
    if let Some(retries) = retries {
        field.insert("Retries".to_owned(), (*retries).into());
    }
    Ok(Some(field.into()))
}

/// Whether the arguments in a text have values, which is not so for questions about a file.
fn is_known(text: &str) -> bool {
    !text.contains("${")
}

/// The program that a health check runs and its arguments. `value` is the text of a template; texts that are not
/// `is_known` are not checked.
///
/// # Errors
/// An error of `value`, or a value that is wrong.
pub fn health_check_words(
    test: &HealthTest,
    timeout: Option<&Timespan>,
    value: &mut dyn FnMut(&Template) -> Result<String, Diagnostic>,
    is_known: fn(&str) -> bool,
) -> Result<Vec<String>, Diagnostic> {
    let mut checked = |template: &Template, check: fn(&str, &Template) -> Result<(), Diagnostic>| {
        let text = value(template)?;
        if is_known(&text) {
            check(&text, template)?;
        }
        Ok::<_, Diagnostic>(text)
    };
    let mut options: Vec<String> = Vec::new();
    let mut add = |option: &str, value: String| options.extend([option.to_owned(), value]);
    if let Some(limit) = timeout.map(time_limit).filter(|limit| *limit > 0) {
        add("--timeout", format!("{limit}ms"));
    }
    let (kind, address) = match test {
        HealthTest::Run(words) => return words.iter().map(value).collect(),
        HealthTest::Tcp(port) => ("tcp", checked(port, |text, template| check_address(text, template, false))?),
        HealthTest::Grpc(check) => {
            let GrpcCheck { address, service } = &**check;
            if let Some(service) = service {
                add("--service", checked(service, check_service)?);
            }
            let check = |text: &str, template: &Template| check_address(text, template, false);
            ("grpc", self::address(address, &mut checked, check)?)
        }
        HealthTest::Http(check) => {
            let HttpCheck { address, headers, status } = &**check;
            if let Some(status) = status {
                add("--status", checked(status, check_status)?);
            }
            for (name, value) in headers.iter() {
                add("--header", format!("{}: {}", name.value, checked(value, check_header)?));
            }
            let check = |text: &str, template: &Template| check_address(text, template, true);
            ("http", self::address(address, &mut checked, check)?)
        }
    };
    let command = [PROBE, kind].map(str::to_owned).into_iter();
    Ok(command.chain(options).chain([address]).collect())
}

type Check = fn(&str, &Template) -> Result<(), Diagnostic>;

/// `:PORT`, or `:PORT/path`.
fn address(
    address: &ProbeAddress,
    checked: &mut dyn FnMut(&Template, Check) -> Result<String, Diagnostic>,
    check: Check,
) -> Result<String, Diagnostic> {
    match address {
        ProbeAddress::Short(text) => checked(text, check),
        ProbeAddress::Long { port, path } => {
            let port = checked(port, check_port)?;
            let path = path.as_ref().map(|path| checked(path, check_path)).transpose()?;
            Ok(format!(":{port}{}", path.unwrap_or_default()))
        }
    }
}

/// The time limit of the probe in milliseconds: shorter than the engine's, so that its message is seen.
fn time_limit(timeout: &Timespan) -> u128 {
    let whole = timeout.0.as_millis();
    whole - whole / 10
}

/// Whether a health check needs the probe.
pub(crate) fn needs_probe(check: Option<&Healthcheck>) -> bool {
    let Some(Healthcheck::Check { test, .. }) = check else { return false };
    !matches!(test, HealthTest::Run(_))
}
