//! What the image says about tracing: the words of its command, and files to keep in any case.

use slipway_spec::model::{Dependencies, DependencySet, Image};
use slipway_spec::{Diagnostic, Span, Spanned};

use crate::draft::Draft;
use crate::paths::absolute;
use crate::purpose::Purpose;

/// The dependencies of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Which of them.
    pub(crate) set: Dependencies,
    /// How to trace, for that set.
    pub(crate) traced: Option<Traced>,
    /// What the output of the build is for.
    pub(crate) purpose: Purpose,
}

/// From where files are traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Traced {
    /// The entrypoint and the arguments of the image, if it sets either.
    pub(crate) words: Option<Vec<String>>,
    /// Its working directory, if it sets one.
    pub(crate) workdir: Option<String>,
    /// Files and folders to keep, relative to the source folder.
    pub(crate) include: Vec<Spanned<String>>,
    /// Whether the user has seen what the tracer does not see.
    pub(crate) is_seen: bool,
    /// The part of the spec.
    pub(crate) span: Span,
}

impl Wanted {
    /// Those of a build that no image asks for.
    pub(crate) fn alone() -> Self {
        Self { set: Dependencies::Production, traced: None, purpose: Purpose::Production }
    }

    /// Those of an image.
    ///
    /// # Errors
    /// A text cannot be evaluated.
    pub(crate) fn of(draft: &mut Draft<'_>, image: &Image) -> Result<Self, Diagnostic> {
        let purpose = Purpose::of(image);
        if purpose == Purpose::Develop {
            return Ok(Self { set: Dependencies::All, purpose, ..Self::alone() });
        }
        let Some(DependencySet { set, include, is_map }) = &image.keys.dependencies else {
            return Ok(Self { purpose, ..Self::alone() });
        };
        if set.value != Dependencies::Traced {
            return Ok(Self { set: set.value, traced: None, purpose });
        }
        let config = &image.keys.config;
        let words = match (&config.entrypoint, &config.cmd) {
            (None, None) => None,
            (entrypoint, cmd) => {
                let words = [entrypoint, cmd].into_iter().flatten().flatten();
                Some(words.map(|word| draft.eval(word)).collect::<Result<_, _>>()?)
            }
        };
        let workdir = match &config.workdir {
            Some(template) => Some(absolute(&draft.eval(template)?, template)?),
            None => None,
        };
        let mut named = Vec::new();
        for template in include {
            let path = draft.eval(template)?;
            if path.contains(['*', '?', '\n']) {
                let message = format!("`{path}` is a pattern, but `include` of `traced` requires paths");
                return Err(Diagnostic::error(template.span, message).with_help("name the folder"));
            }
            named.push(Spanned::new(path, template.span));
        }
        let traced = Some(Traced { words, workdir, include: named, is_seen: *is_map, span: set.span });
        Ok(Self { set: set.value, traced, purpose })
    }
}
