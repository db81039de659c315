//! `--call=subrequests.describe`: what can be asked.

use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};

use super::{Answer, METHODS, Method, Needs, Question, table};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: subrequests::DESCRIBE,
    version: subrequests::VERSION_1,
    description: "List available subrequest types",
    takes_target: false,
    needs: Needs::Nothing,
    formats: &[],
    answer,
};

fn answer(_: &Question<'_>) -> Result<Answer, Failure> {
    let json = METHODS
        .iter()
        .map(|method| {
            let mut names = vec!["result.json", "result.txt"];
            if method.name == subrequests::LINT {
                names.push("result.statuscode");
            }
            let mut value = json!({
                "name": method.name,
                "version": method.version,
                "type": "rpc",
                "description": method.description,
                "metadata": names.iter().map(|name| json!({ "name": name })).collect::<Value>(),
            });
            if let (true, Some(object)) = (method.takes_target, value.as_object_mut()) {
                object.insert("opts".to_owned(), json!([{ "name": "target", "description": "Target build stage" }]));
            }
            value
        })
        .collect();
    let rows: Vec<_> = METHODS
        .iter()
        .map(|method| vec![method.short_name().to_owned(), method.version.to_owned(), method.description.to_owned()])
        .collect();
    Ok(Answer { json, text: table(&rows), status: None })
}
