//! Downloads that the network broke off are tried again.

/// Defines `again`, which runs a command once more, a few times, where what it said tells of a connection that broke.
/// Most tools ask again by themselves before a transfer starts, and not once it breaks off in the middle. What the
/// command says is shown while it runs.
pub(crate) const AGAIN: &str = "\
again() {
  for pause in 1 5 20 none; do
    rm -f /tmp/again.pipe
    mkfifo /tmp/again.pipe
    tee /tmp/again.said </tmp/again.pipe &
    copying=$!
    status=0
    \"$@\" >/tmp/again.pipe 2>&1 || status=$?
    wait $copying
    [ $status != 0 ] && [ $pause != none ] && grep -qiE 'EOF|end of file|reset by peer|connection (reset|closed|aborted|broken)|broken pipe|timed? ?out|deadline exceeded|stream error|incomplete ?read|premature end|error sending request|body error|decoding response|remote ?disconnected|terminated the handshake|: (429|50[0-9]) | (429 Too|50[234] [SBG])' /tmp/again.said || return $status
    echo \"The network broke off; trying again in $pause s\" >&2
    sleep $pause
  done
}
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::process::Command;

    use super::*;

    /// Runs a command that says something and fails until it was called the third time; returns how often it ran, and
    /// whether it succeeded in the end.
    fn tries(said: &str) -> (usize, bool) {
        let folder = tempfile::TempDir::new().unwrap();
        let place = folder.path().to_str().unwrap();
        let script = format!(
            "set -eu\nsleep() {{ :; }}\n{}tool() {{ echo x >>{place}/count; echo '{said}' >&2; [ $(grep -c x {place}/count) = 3 ]; }}\nagain tool >/dev/null\n",
            AGAIN.replace("/tmp/", &format!("{place}/"))
        );
        let status = Command::new("sh").args(["-c", &script]).output().unwrap().status;
        (std::fs::read_to_string(folder.path().join("count")).unwrap().lines().count(), status.success())
    }

    #[test]
    fn what_the_network_broke_off_is_tried_again() {
        for said in [
            "read tcp 10.0.0.1: connection reset by peer",
            "urllib3.exceptions.IncompleteRead: IncompleteRead(12 bytes read, 34 more expected)",
            "error: Failed to fetch: error decoding response body",
            "Could not transfer artifact a:b: Premature end of Content-Length delimited message body",
            "Received status code 503 from server: 503 Service Unavailable",
            "Could not transfer artifact a:b: Connect timed out",
        ] {
            assert_eq!(tries(said), (3, true), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        for said in ["No matching distribution found for a", "COMPILATION ERROR", "404 Not Found"] {
            assert_eq!(tries(said), (1, false), "{said}");
        }
    }
}
