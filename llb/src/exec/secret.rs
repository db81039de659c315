//! Secrets and SSH agents of the client. They are never part of a result.

/// A secret as a file.
#[derive(Clone, Debug)]
pub struct SecretMount {
    pub(super) dest: String,
    pub(super) id: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mode: u32,
    pub(super) optional: bool,
}

impl SecretMount {
    pub(super) fn new(dest: String, id: String) -> Self {
        Self { dest, id, uid: 0, gid: 0, mode: 0o400, optional: false }
    }

    /// Owner of the file.
    #[must_use]
    pub fn owner(mut self, uid: u32, gid: u32) -> Self {
        (self.uid, self.gid) = (uid, gid);
        self
    }

    /// Permissions of the file; the default is 0400.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// The process runs without the file if the client does not provide the secret.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

/// A secret as an environment variable. Since BuildKit v0.10.
#[derive(Clone, Debug)]
pub struct SecretEnv {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) optional: bool,
}

impl SecretEnv {
    /// Variable `name` gets the value of secret `id`.
    #[must_use]
    pub fn new(name: impl Into<String>, id: impl Into<String>) -> Self {
        Self { name: name.into(), id: id.into(), optional: false }
    }

    /// The variable is empty if the client does not provide the secret.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

/// An SSH agent as a socket.
#[derive(Clone, Debug)]
pub struct SshMount {
    pub(super) dest: Option<String>,
    pub(super) id: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mode: u32,
    pub(super) optional: bool,
}

impl SshMount {
    pub(super) fn new() -> Self {
        Self { dest: None, id: String::new(), uid: 0, gid: 0, mode: 0o600, optional: false }
    }

    /// The agent's id at the client; the default is `default`.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The path of the socket; the default is `/run/buildkit/ssh_agent.N`.
    #[must_use]
    pub fn dest(mut self, path: impl Into<String>) -> Self {
        self.dest = Some(path.into()).filter(|path| !path.is_empty());
        self
    }

    /// Owner of the socket.
    #[must_use]
    pub fn owner(mut self, uid: u32, gid: u32) -> Self {
        (self.uid, self.gid) = (uid, gid);
        self
    }

    /// Permissions of the socket; the default is 0600.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// The process runs without the socket if the client does not provide the agent.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}
