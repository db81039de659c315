//! Users and folders of images: a new user on every kind of base, its home directory, and what an image without a base
//! has.

use slipway_tests::{Build, Loaded, Project, docker, run, unique};

/// A program that looks up its user and reports folders.
const PROGRAM: &str = r#"package main

import (
	"crypto/x509"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	home := os.Getenv("HOME")
	if account, err := user.Current(); err != nil {
		fmt.Println(os.Getuid(), "has no name")
	} else if group, err := user.LookupGroupId(account.Gid); err != nil {
		fmt.Println(err)
	} else {
		fmt.Println(account.Uid, account.Username, group.Name, home == account.HomeDir)
	}
	for _, folder := range append([]string{home}, os.Args[1:]...) {
		found, err := os.Stat(folder)
		if err != nil {
			fmt.Println(err)
			continue
		}
		status := found.Sys().(*syscall.Stat_t)
		written := os.WriteFile(filepath.Join(folder, "written"), nil, 0o644) == nil
		fmt.Printf("%s %o %d:%d %t\n", folder, status.Mode&0o7777, status.Uid, status.Gid, written)
	}
	certificates, err := x509.SystemCertPool()
	zone, zoneError := time.LoadLocation("Europe/Zurich")
	fmt.Println(err == nil && !certificates.Equal(x509.NewCertPool()), zoneError == nil && zone.String() != "")
}
"#;

/// An image with a new user on several bases, and images with users of other kinds.
pub(crate) fn project() -> Project {
    let project = Project::go(concat!(
        "args: { UID: \"1001\" }\n",
        "images:\n",
        "  bare:\n",
        "    go: .\n",
        "    runtime: scratch\n",
        "    user: { name: chorus, uid: \"${UID}\" }\n",
        "    folders:\n",
        "      /data: { mode: \"0750\" }\n",
        "      /shared: { owner: root, mode: \"1777\" }\n",
        "      /var/lib/other: { owner: \"33:chorus\" }\n",
        "    volumes: [/data]\n",
        "    files: { /data/seed: { from: ./go.mod, owner: chorus } }\n",
        "    cmd: [/data, /shared, /var/lib/other, /tmp]\n",
        "  static: { extends: bare, runtime: static }\n",
        "  slim: { extends: bare, runtime: \"node:24-bookworm-slim\", entrypoint: [/app] }\n",
        "  plain: { go: ., runtime: scratch, cmd: [/tmp, /root] }\n",
        "  number: { go: ., runtime: \"busybox:1.37\", user: \"1001:0\" }\n",
        "  taken: { extends: slim, user: { name: chorus, uid: 33 } }\n",
        "  based: { go: ., runtime: base, user: { name: chorus, uid: 1001, gid: 50 } }\n",
    ));
    project.write("main.go", PROGRAM);
    project
}

/// Builds an image with a new user, and runs it in several ways.
pub(crate) fn runs(project: &Project, target: &str) {
    let image = Loaded::new(target);
    let _ = Build::of(project).target(target).args(image.arguments()).succeed();
    let expected = "1001 chorus chorus true\n\
                    /home/chorus 755 1001:1001 true\n\
                    /data 750 1001:1001 true\n\
                    /shared 1777 0:0 true\n\
                    /var/lib/other 755 33:1001 false\n\
                    /tmp 1777 0:0 true\n\
                    true true\n";
    assert_eq!(run([&image.tag]), expected, "{target}");
    let config = image.inspect();
    assert_eq!(config["Config"]["User"], "1001:1001", "numbers, as `runAsNonRoot` of Kubernetes needs them");
    let volume = unique("volume");
    let fresh = format!("{volume}:/data");
    let said = run(["--read-only", "--volume", fresh.as_str(), image.tag.as_str(), "/data", "/tmp"]);
    docker(["volume", "rm", &volume]);
    let expected = "1001 chorus chorus true\n\
                    /home/chorus 755 1001:1001 false\n\
                    /data 750 1001:1001 true\n\
                    /tmp 1777 0:0 false\n\
                    true true\n";
    assert_eq!(said, expected, "{target}");
}

#[test]
fn a_new_user_has_a_name_a_home_and_folders_on_every_base() {
    let project = project();
    for target in ["bare", "static", "slim"] {
        runs(&project, target);
    }
    let refused = Build::of(&project).target("taken").fail();
    let place = "slipway.yaml:19:54: the number 33 is the user `www-data` in `node:24-bookworm-slim`";
    assert!(refused.message.contains(place), "{}", refused.message);
}

#[test]
fn the_default_user_has_a_home_and_an_image_without_a_base_what_programs_expect() {
    let project = project();
    let said = |target: &str, words: &[&str]| {
        let image = Loaded::new(target);
        let _ = Build::of(&project).target(target).args(image.arguments()).succeed();
        run([&[image.tag.as_str()], words].concat())
    };
    assert_eq!(
        said("plain", &[]),
        "65532 nonroot nonroot true\n\
         /home/nonroot 755 65532:65532 true\n\
         /tmp 1777 0:0 true\n\
         /root 755 0:0 false\n\
         true true\n"
    );
    assert_eq!(
        said("number", &["/tmp"]),
        "1001 has no name\n/home/nonroot 755 1001:0 true\n/tmp 1777 0:0 true\nfalse false\n"
    );
    assert_eq!(
        said("based", &["/tmp"]),
        "1001 chorus staff true\n\
         /home/chorus 755 1001:50 true\n\
         /tmp 1777 0:0 true\n\
         true true\n"
    );
}

#[test]
fn a_new_user_joins_those_of_a_stage_and_of_an_image() {
    let project = Project::go(concat!(
        "stages:\n",
        "  house:\n",
        "    from: \"busybox:1.37\"\n",
        "    steps:\n",
        "      - run: |\n",
        "          echo other:x:2000:2000::/home/other:/bin/sh >>/etc/passwd\n",
        "          printf other:x:2000: >>/etc/group\n",
        "          mkdir -p /home/other && chown 2000:2000 /home/other\n",
        "images:\n",
        "  on-stage: { go: ., runtime: house, user: { name: chorus, uid: 1001, gid: 2000 }, cmd: [/home/other] }\n",
        "  below: { go: ., runtime: scratch, user: { name: first, uid: 1000 } }\n",
        "  on-image: { runtime: below, user: { name: chorus, uid: 1001 }, cmd: [/home/first] }\n",
        "  contradicts: { runtime: below, user: { name: chorus, uid: 1000 } }\n",
    ));
    project.write("main.go", PROGRAM);
    let said = |target: &str| {
        let image = Loaded::new(target);
        let _ = Build::of(&project).target(target).args(image.arguments()).succeed();
        run([&image.tag])
    };
    let of_stage = said("on-stage");
    assert!(
        of_stage
            .starts_with("1001 chorus other true\n/home/chorus 755 1001:2000 true\n/home/other 755 2000:2000 false\n"),
        "{of_stage}"
    );
    let of_image = said("on-image");
    assert!(
        of_image
            .starts_with("1001 chorus chorus true\n/home/chorus 755 1001:1001 true\n/home/first 755 1000:1000 false\n"),
        "{of_image}"
    );
    let refused = Build::of(&project).target("contradicts").fail();
    assert!(refused.message.contains("the number 1000 is the user `first` in `below`"), "{}", refused.message);
}
