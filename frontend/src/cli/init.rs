//! `slipway init`: writes a Slipway file for a repository that has none.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use slipway_spec::visible::visible_lines;

use super::code::Code;
use super::load::DEFAULT_FILE;
use super::project::LocalProject;
use super::screen::{Color, Screen, trouble};
use super::spec_args::scope_of;
use crate::analysis::Scope;
use crate::failure::Failure;
use crate::subrequests::init::written;

/// Write a Slipway file for a repository
///
/// Looks at manifests, Dockerfiles and the Compose file, and writes a file that builds what they ship. It plans and
/// checks the file first. An existing file is never changed.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder of the repository
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// The file to write; `-` writes to standard output [default: FOLDER/slipway.yaml]
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The image of Slipway in the first line, such as `registry.example.com/slipway:1`
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
}

pub(super) fn run(init: &Init) -> Code {
    let file = init.file.clone().unwrap_or_else(|| match init.folder.as_os_str() == "." {
        true => PathBuf::from(DEFAULT_FILE),
        false => init.folder.join(DEFAULT_FILE),
    });
    let is_stdout = file.as_os_str() == "-";
    let shown = file.display();
    if !is_stdout && file.symlink_metadata().is_ok() {
        return trouble(&format!("`{shown}` exists already; it was not changed"));
    }
    let asked = || -> Result<_, String> {
        let project = LocalProject::open(&init.folder, None)?;
        let scope = Scope { frontend: init.image.clone(), ..scope_of(DEFAULT_FILE.to_owned())? };
        super::wait::block_on(written(&project, &scope)).map_err(|failure| match failure {
            Failure::Other(message) => message,
            _ => "the repository cannot be read".to_owned(),
        })
    };
    let found = match asked() {
        Ok(found) => found,
        Err(message) => return trouble(&message),
    };
    let stdout = Screen::stdout(Color::Never);
    if is_stdout {
        return stdout.write(&found.text, Code::Fine);
    }
    let made = OpenOptions::new().write(true).create_new(true).open(&file);
    if let Err(error) = made.and_then(|mut new| new.write_all(found.text.as_bytes())) {
        return trouble(&format!("`{shown}` cannot be written: {error}"));
    }
    let mut text = format!("{shown}: written\n");
    found.summary.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    stdout.write(&visible_lines(&text), Code::Fine)
}
