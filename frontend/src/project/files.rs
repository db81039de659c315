//! The main context of a build: all of its files, or those that the spec names, and its ignore file.

use std::rc::Rc;

use buildkit_llb::Output;
use slipway_plan::ProjectError;
use tokio::sync::OnceCell;

use super::{GatewayProject, failed};
use crate::context::main_context;
use crate::ignore::IgnoreFile;
use crate::remote;

impl GatewayProject<'_> {
    /// The main context as a source of graphs.
    pub(crate) async fn context(&self) -> Result<&Output, ProjectError> {
        Ok(&self.loaded_context().await?.0)
    }

    /// Whether the context has a path, if the path exists.
    pub(super) fn covers(&self, path: &str) -> bool {
        let is_in =
            |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.paths.is_empty() || self.paths.iter().any(|folder| is_in(folder))
    }

    /// The result that contains a path of the context, if it exists.
    pub(super) async fn result_with(&self, path: &str) -> Result<&str, ProjectError> {
        let loaded = match self.covers(path) {
            true => self.loaded_context().await?,
            false => self.load(&self.whole, &[]).await?,
        };
        Ok(&loaded.1)
    }

    async fn loaded_context(&self) -> Result<&(Output, String), ProjectError> {
        self.load(&self.context, &self.paths).await
    }

    async fn load<'c>(
        &self,
        cell: &'c OnceCell<(Output, String)>,
        paths: &[String],
    ) -> Result<&'c (Output, String), ProjectError> {
        cell.get_or_try_init(|| async {
            let ignore = self.ignore().await?;
            let (name, patterns) =
                ignore.map(|ignore| (ignore.text.name.clone(), ignore.patterns.clone())).unwrap_or_default();
            let context = match &self.spec.context {
                Some(files) => remote::without_ignored(files, (&name, &patterns)),
                None => main_context(self.options, paths, &self.context_excludes, &patterns),
            };
            let result = self.session.solve(&context.marshal(), Vec::new()).await.map_err(|status| failed(&status))?;
            Ok((context, result.id))
        })
        .await
    }

    pub(super) async fn read_ahead(
        &self,
        paths: &[String],
    ) -> Result<(Option<Rc<IgnoreFile>>, Vec<Option<Vec<u8>>>), ProjectError> {
        let read = self.spec.read_ahead(self.session, self.options, paths).await;
        let (ignore, files) = read.map_err(|status| failed(&status))?;
        let ignore = ignore.map(Rc::new);
        self.ignore.replace(Some(ignore.clone()));
        Ok((ignore, files))
    }

    pub(super) async fn ignore(&self) -> Result<Option<Rc<IgnoreFile>>, ProjectError> {
        let known = self.ignore.borrow().clone();
        match known {
            Some(ignore) => Ok(ignore),
            None => Ok(self.read_ahead(&[]).await?.0),
        }
    }
}
