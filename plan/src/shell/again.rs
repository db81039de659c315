//! Retries downloads after network failures.

use super::script;

pub(crate) const AGAIN: &str = script(include_str!("again.sh"));

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::process::Command;

    use super::*;

    /// Runs a command that prints something and fails until its third call; returns the number of calls, and whether it
    /// succeeded in the end.
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
            "Could not GET 'a.pom'. Received status code 502 from server: Proxy Error",
            "Could not transfer artifact a:b: status code: 503, reason phrase: Service Unavailable (503)",
            "Could not transfer artifact a:b: Connect timed out",
            "Could not transfer artifact a:b: repo.test: Name or service not known",
            "lookup proxy.golang.org on 10.0.0.2:53: server misbehaving",
            "Failed to resolve pypi.org ([Errno -3] Temporary failure in name resolution)",
        ] {
            assert_eq!(tries(said), (3, true), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        for said in [
            "No matching distribution found for a",
            "COMPILATION ERROR",
            "404 Not Found",
            "Could not transfer artifact a:b: status code: 403, reason phrase: Forbidden (403)",
            "Could not transfer artifact a:b from/to maven-default-http-blocker (http://0.0.0.0/)",
            // The tool itself tried again, and failed later for another reason.
            "WARNING: Retrying (Retry(total=4)) after connection broken by a read that timed out\nfatal error: Python.h",
            "spurious network error (2 tries remaining): [56] Connection reset by peer\nlinker `cc` not found",
        ] {
            assert_eq!(tries(said), (1, false), "{said}");
        }
    }
}
