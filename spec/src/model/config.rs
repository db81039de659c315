//! What an image says about how it runs, in Dockerfile's words in lower case.

use super::{Port, form};
use crate::{Map, Template};

record! {
    /// The part of an image that ends in the config of the container image.
    pub struct ImageConfig as "an image" (Default) {
        /// Environment, laid over the runtime's.
        /// Example: `{ LOG_LEVEL: info }`
        env: Map<Template> where form::variables,
        /// Labels, laid over the runtime's; `--label` is laid over these.
        /// Example: `{ team: network }`
        labels: Map<Template>,
        /// User and group it runs as; the default is nobody in particular.
        /// Default: `"65532:65532"`
        /// Example: `"1001:1001"`
        user: Option<Template> where form::user,
        /// The working directory, an absolute path; it is made if it is not there.
        /// Default: that of the runtime
        /// Example: `/srv`
        workdir: Option<Template> where form::absolute,
        /// Ports it listens on.
        /// Example: `[8080, 53/udp]`
        expose: Vec<Port>,
        /// Absolute paths that are volumes.
        /// Example: `[/data]`
        volumes: Vec<Template> where form::volumes,
        /// The program and its first arguments, as a list; no shell is involved.
        /// Default: the built program
        /// Example: `[/api, --config, /etc/api.toml]`
        entrypoint: Option<Vec<Template>>,
        /// Further arguments, which `docker run IMAGE …` replaces.
        /// Example: `[serve]`
        cmd: Option<Vec<Template>>,
        /// The signal that `docker stop` sends.
        /// Default: that of the runtime, else `SIGTERM`
        /// Example: `SIGINT`
        stop_signal: Option<Template> where form::signal,
    }
}
