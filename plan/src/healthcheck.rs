//! Health checks in image configs.
//!
//! Reference of the format: the `Healthcheck` field of Docker's image config; times are in nanoseconds.

use serde_json::{Map, Value, json};
use slipway_spec::Diagnostic;
use slipway_spec::model::{HealthTest, Healthcheck, Timespan};

use crate::evaluator::Evaluator;

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
    let HealthTest::Run(words) = test else {
        // These need the probe, which images do not include yet; the plan warns about it.
        return Ok(None);
    };
    let mut argv = vec![Value::from("CMD")];
    for word in words {
        argv.push(evaluator.eval(word)?.into());
    }
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
