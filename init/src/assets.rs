//! Files for browsers that a stage with Node.js makes and another one serves.

use slipway_spec::yaml::quoted;

use crate::image::list;
use crate::options::node;
use crate::program::{Program, package, script};
use crate::recipe::Recipe;
use crate::survey::Survey;
use crate::told::Told;

/// The keys of the build of files for browsers, and the path of what the image takes in it.
pub(crate) fn assets(
    survey: &Survey,
    program: &Program,
    recipe: &Recipe,
    told: &Told,
    (stage, source): (usize, &str),
    context: &str,
) -> Option<(Vec<(String, String)>, String)> {
    let chain = recipe.chain(Some(&stage.to_string()));
    let mut body = chain.iter().filter_map(|stage| recipe.stages.get(*stage)).flat_map(|stage| &stage.body);
    let workdir = body.rfind(|one| one.name == "WORKDIR").map_or("", |one| one.rest.as_str());
    let workdir = workdir.trim_matches('/');
    let inside = source.trim_matches('/');
    let inside = if source.starts_with('/') { inside.strip_prefix(workdir)?.trim_matches('/') } else { inside };
    let own = program.folder.strip_prefix(context).unwrap_or(&program.folder).trim_matches('/');
    let inside = if own.is_empty() { inside } else { inside.strip_prefix(own).unwrap_or(inside).trim_matches('/') };
    if inside.is_empty() || inside.contains(['*', '$']) || inside.starts_with("..") {
        return None;
    }
    let mut options = vec![("preset".to_owned(), "node".to_owned())];
    if !program.folder.is_empty() {
        options.push(("source".to_owned(), quoted(&program.path())));
    }
    node(survey, program, recipe, told, &mut options);
    if !options.iter().any(|(key, _)| key == "scripts") {
        script(&package(survey, &program.folder), "build")?;
        options.push(("scripts".to_owned(), "[build]".to_owned()));
    }
    options.push(("output".to_owned(), list(&[inside.to_owned()])));
    Some((options, inside.to_owned()))
}
