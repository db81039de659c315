//! How an image runs: Dockerfile instructions in lower case.

use super::{ExposedPort, ImageUser, form};
use crate::{Map, Template};

record! {
    /// The keys of an image that become the config of the container image.
    pub struct ImageConfig as "an image" (Default) {
        /// Environment variables, in addition to the runtime's.
        /// Example: `{ LOG_LEVEL: info }`
        env: Map<Template> where form::variables,
        /// Labels, in addition to the runtime's; `--label` overrides them.
        /// Example: `{ team: network }`
        labels: Map<Template>,
        /// User and group that the image runs as: `user` or `user:group`, each a name of the base or a number; or a map
        /// for a new user. The default is a non-root user.
        /// Default: `"65532:65532"`
        /// Example: `{ name: app, uid: 1001 }`
        user: Option<ImageUser>,
        /// The working directory, an absolute path. It is created if it does not exist.
        /// Default: that of the runtime
        /// Example: `/srv`
        workdir: Option<Template> where form::absolute,
        /// Ports that the image listens on. A text may contain arguments, as in `"${PORT}"`.
        /// Example: `[8080, 53/udp]`
        expose: Vec<ExposedPort>,
        /// Absolute paths that are volumes.
        /// Example: `[/data]`
        volumes: Vec<Template> where form::volumes,
        /// The program and its first arguments, as a list; it is run without a shell.
        /// Default: the built program
        /// Example: `[/api, --config, /etc/api.toml]`
        entrypoint: Option<Vec<Template>>,
        /// Further arguments, which `docker run IMAGE …` replaces.
        /// Example: `[serve]`
        cmd: Option<Vec<Template>>,
        /// The signal that `docker stop` sends.
        /// Default: that of the runtime, otherwise `SIGTERM`
        /// Example: `SIGINT`
        stop_signal: Option<Template> where form::signal,
    }
}
