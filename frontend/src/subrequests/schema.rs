//! `--call=slipway.schema`: the JSON Schema of the language, for editors.

use super::{Answer, Method, Needs, Question};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.schema",
    version: "1.0.0",
    description: "Print the JSON Schema of Slipway files",
    takes_target: false,
    names_spec: false,
    needs: Needs::Nothing,
    formats: &[],
    answer,
};

fn answer(_: &Question<'_>) -> Result<Answer, Failure> {
    let json = slipway_spec::model::schema();
    Ok(Answer { text: format!("{json:#}\n"), json, status: None })
}
