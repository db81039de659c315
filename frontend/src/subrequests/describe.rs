//! `--call=subrequests.describe`: the available methods.

use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};

use super::{Answer, Method, Needs, Question, table};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: subrequests::DESCRIBE,
    version: subrequests::VERSION_1,
    description: "List available subrequest types",
    takes_target: false,
    names_spec: false,
    needs: Needs::Nothing,
    formats: &[],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let json = question
        .methods
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
            let mut opts = Vec::new();
            if method.takes_target {
                opts.push(json!({ "name": "target", "description": "Target build stage" }));
            }
            if let Some((first, rest)) = method.formats.split_first() {
                let description =
                    format!("Format of the text: {first}, or as a suffix of the name {}", rest.join(", "));
                opts.push(json!({ "name": "format", "description": description }));
            }
            if let (false, Some(object)) = (opts.is_empty(), value.as_object_mut()) {
                object.insert("opts".to_owned(), opts.into());
            }
            value
        })
        .collect();
    let rows: Vec<_> = question
        .methods
        .iter()
        .map(|method| vec![method.short_name().to_owned(), method.version.to_owned(), method.description.to_owned()])
        .collect();
    Ok(Answer { json, text: table(&rows), status: None })
}
