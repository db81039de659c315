//! The user of an image, its lists of users and groups, and its folders.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use slipway_plan::{BaseImage, LayerItem, Plan, Project, StepKind};

use crate::support::{WithImageFiles, go_project, image_file, make_with, request};

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh";
const GROUP: &str = "root:x:0:\nwww-data:x:33:\nstaff:x:50:";

fn try_plan(project: &impl Project, keys: &str) -> Result<Plan, String> {
    let spec = format!("images: {{ api: {{ go: ./cmd/api, {keys} }} }}");
    make_with(project, &spec, None, "linux/amd64", &request())
}

/// A project whose images have these lists of users and groups.
fn base(passwd: &'static str, group: &'static str) -> impl Project {
    let mut project = go_project();
    project.files.extend([("deploy/a", ""), ("deploy/passwd", "app:x:1001:1001::/:\n")]);
    WithImageFiles(project, move |_: &BaseImage, path: &str| {
        image_file(if path == "etc/passwd" { passwd } else { group })
    })
}

/// What is added for the user, below or beside the base, and how the image runs.
fn added(project: &impl Project, keys: &str) -> String {
    let plan = match try_plan(project, keys) {
        Ok(plan) => plan,
        Err(said) => return format!("{keys}\n  {said}\n"),
    };
    let mut lines = format!("{keys}\n");
    let add = |lines: &mut String, place: &str, item: &LayerItem| match item {
        LayerItem::Text { path, content, .. } => {
            let new: Vec<_> = content.lines().filter(|line| !PASSWD.contains(line) && !GROUP.contains(line)).collect();
            *lines += &format!("  {place} {path}: {}\n", new.join(" "));
        }
        LayerItem::Folder { path, mode, owner } => {
            *lines += &format!("  {place} {path} {mode:o} {}\n", owner.as_deref().unwrap_or_default());
        }
        LayerItem::Copy(copy) if copy.owner.is_some() => {
            *lines += &format!("  {place} {} of {}\n", copy.target, copy.owner.as_deref().unwrap_or_default());
        }
        LayerItem::Copy(_) | LayerItem::Link { .. } => {}
    };
    for (_, step) in plan.steps.iter() {
        match &step.kind {
            StepKind::Write { layer, .. } => layer.items.iter().for_each(|item| add(&mut lines, "into the base", item)),
            StepKind::Assemble { layers, .. } => {
                layers.iter().flat_map(|layer| &layer.items).for_each(|item| add(&mut lines, "over it", item));
            }
            StepKind::Run(run) if run.args.iter().any(|word| word == "curl") => lines += "  packages\n",
            _ => {}
        }
    }
    let config = &plan.config["config"];
    let env = config["Env"].as_array().unwrap();
    let home = env.iter().filter_map(|entry| entry.as_str()).find(|entry| entry.starts_with("HOME="));
    lines + &format!("  runs as {} {}\n", config["User"], home.unwrap_or_default())
}

#[test]
fn a_new_user_is_added_to_the_lists_of_the_base() {
    let user = "user: { name: app, uid: 1001 }";
    let without_lists = added(&base("", ""), &format!("{user}, runtime: mine:1"));
    let lists: Vec<_> = [
        "runtime: scratch",
        "runtime: static",
        "runtime: slim",
        "runtime: mine:1",
        "runtime: slim, packages: [curl]",
        "env: { HOME: /srv }",
    ]
    .into_iter()
    .map(|keys| added(&base(PASSWD, GROUP), &format!("{user}, {keys}")))
    .chain([without_lists])
    .collect();
    insta::assert_snapshot!(lists.concat(), @r#"
    user: { name: app, uid: 1001 }, runtime: scratch
      over it /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin app:x:1001:1001::/home/app:/sbin/nologin
      over it /etc/group: nobody:x:65534: nonroot:x:65532: app:x:1001:
      over it /root 755 0:0
      over it /tmp 1777 0:0
      over it /home/app 755 1001:1001
      runs as "1001:1001" 
    user: { name: app, uid: 1001 }, runtime: static
      over it /etc/passwd: app:x:1001:1001::/home/app:/sbin/nologin
      over it /etc/group: app:x:1001:
      over it /home/app 755 1001:1001
      runs as "1001:1001" 
    user: { name: app, uid: 1001 }, runtime: slim
      over it /etc/passwd: app:x:1001:1001::/home/app:/sbin/nologin
      over it /etc/group: app:x:1001:
      over it /home/app 755 1001:1001
      runs as "1001:1001" 
    user: { name: app, uid: 1001 }, runtime: mine:1
      into the base /etc/passwd: app:x:1001:1001::/home/app:/sbin/nologin
      into the base /etc/group: app:x:1001:
      into the base /home/app 755 1001:1001
      runs as "1001:1001" 
    user: { name: app, uid: 1001 }, runtime: slim, packages: [curl]
      into the base /etc/passwd: app:x:1001:1001::/home/app:/sbin/nologin
      into the base /etc/group: app:x:1001:
      packages
      over it /home/app 755 1001:1001
      runs as "1001:1001" 
    user: { name: app, uid: 1001 }, env: { HOME: /srv }
      over it /etc/passwd: app:x:1001:1001::/home/app:/sbin/nologin
      over it /etc/group: app:x:1001:
      over it /home/app 755 1001:1001
      runs as "1001:1001" HOME=/srv
    user: { name: app, uid: 1001 }, runtime: mine:1
      into the base /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin app:x:1001:1001::/home/app:/sbin/nologin
      into the base /etc/group: nobody:x:65534: nonroot:x:65532: app:x:1001:
      into the base /home/app 755 1001:1001
      runs as "1001:1001"
    "#);
}

#[test]
fn a_user_has_a_group_and_a_home_directory() {
    let lists: Vec<_> = [
        "user: { name: app, uid: 1001, gid: 0 }",
        "user: { name: app, uid: 1001, gid: 1002, home: /var/lib/app/ }",
        "user: { name: app, uid: 1001, home: /tmp }",
        "user: { name: www-data, uid: 33 }",
        "user: \"1001:1001\", runtime: mine:1",
        "user: \"33\", runtime: mine:1",
        "user: \"33\", runtime: slim",
        "user: \"1001\", runtime: scratch",
        "user: nonroot, runtime: scratch",
        "runtime: scratch",
        "user: root, runtime: scratch",
        "runtime: busybox",
    ]
    .into_iter()
    .map(|keys| added(&base(PASSWD, GROUP), keys))
    .collect();
    insta::assert_snapshot!(lists.concat(), @r#"
    user: { name: app, uid: 1001, gid: 0 }
      over it /etc/passwd: app:x:1001:0::/home/app:/sbin/nologin
      over it /home/app 755 1001:0
      runs as "1001:0" 
    user: { name: app, uid: 1001, gid: 1002, home: /var/lib/app/ }
      over it /etc/passwd: app:x:1001:1002::/var/lib/app:/sbin/nologin
      over it /etc/group: app:x:1002:
      over it /var/lib/app 755 1001:1002
      runs as "1001:1002" 
    user: { name: app, uid: 1001, home: /tmp }
      over it /etc/passwd: app:x:1001:1001::/tmp:/sbin/nologin
      over it /etc/group: app:x:1001:
      runs as "1001:1001" 
    user: { name: www-data, uid: 33 }
      runs as "33:33" 
    user: "1001:1001", runtime: mine:1
      into the base /home/nonroot 755 1001:1001
      runs as "1001:1001" HOME=/home/nonroot
    user: "33", runtime: mine:1
      runs as "33" 
    user: "33", runtime: slim
      runs as "33" 
    user: "1001", runtime: scratch
      over it /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
      over it /etc/group: nobody:x:65534: nonroot:x:65532:
      over it /root 755 0:0
      over it /tmp 1777 0:0
      over it /home/nonroot 755 1001
      runs as "1001" HOME=/home/nonroot
    user: nonroot, runtime: scratch
      over it /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
      over it /etc/group: nobody:x:65534: nonroot:x:65532:
      over it /root 755 0:0
      over it /tmp 1777 0:0
      over it /home/nonroot 755 65532:65532
      runs as "nonroot" 
    runtime: scratch
      over it /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
      over it /etc/group: nobody:x:65534: nonroot:x:65532:
      over it /root 755 0:0
      over it /tmp 1777 0:0
      over it /home/nonroot 755 65532:65532
      runs as "65532:65532" 
    user: root, runtime: scratch
      over it /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
      over it /etc/group: nobody:x:65534: nonroot:x:65532:
      over it /root 755 0:0
      over it /tmp 1777 0:0
      runs as "root" 
    runtime: busybox
      over it /home/nonroot 755 65532:65532
      runs as "65532:65532" HOME=/home/nonroot
    "#);
}

#[test]
fn a_user_that_contradicts_the_base_is_refused() {
    let lists: Vec<_> = [
        "user: { name: app, uid: 33 }, runtime: slim",
        "user: { name: www-data, uid: 1001 }, runtime: slim",
        "user: { name: www-data, uid: 33, home: /srv }, runtime: mine:1",
        "user: { name: app, uid: 65532 }, runtime: scratch",
        "user: { name: app, uid: 1001, gid: 3000000000 }",
        "user: { name: app, uid: 1001, home: \"/a:b\" }",
        "user: { name: app, uid: 1001 }, files: { /etc/passwd: ./deploy/passwd }",
        "user: \"www-data:wheel\", runtime: slim",
    ]
    .into_iter()
    .map(|keys| added(&base(PASSWD, GROUP), keys))
    .collect();
    insta::assert_snapshot!(lists.concat(), @r#"
    user: { name: app, uid: 33 }, runtime: slim
      slipway.yaml:1:57: the number 33 is the user `www-data` in `debian:trixie-slim`; write `user: www-data` to run as that user, or choose another number
    user: { name: www-data, uid: 1001 }, runtime: slim
      slipway.yaml:1:62: the user `www-data` is number 33, not 1001, in `debian:trixie-slim`; write `user: www-data` to run as that user, or choose another name
    user: { name: www-data, uid: 33, home: /srv }, runtime: mine:1
      slipway.yaml:1:72: the user `www-data` has the home directory `/var/www`, not `/srv`, in `mine:1`; write `user: www-data` to run as that user, or choose another name
    user: { name: app, uid: 65532 }, runtime: scratch
      slipway.yaml:1:57: the number 65532 is the user `nonroot` in `scratch`; write `user: nonroot` to run as that user, or choose another number
    user: { name: app, uid: 1001, gid: 3000000000 }
      slipway.yaml:1:68: `3000000000` is not a number of a user or a group; write a number from 0 to 2147483647, as in `uid: 1001`
    user: { name: app, uid: 1001, home: "/a:b" }
      slipway.yaml:1:69: `/a:b` cannot be a home directory; `:` separates the fields of `/etc/passwd`; choose a path without it
    user: { name: app, uid: 1001 }, files: { /etc/passwd: ./deploy/passwd }
      slipway.yaml:1:47: the image's files replace `/etc/passwd`, so the user `app` cannot be added to it; add the user to that file and write `user: app`, or delete the file
    user: "www-data:wheel", runtime: slim
      slipway.yaml:1:39: there is no group `wheel` in `debian:trixie-slim`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
    "#);
    // `check` does not read images: it knows those of the empty image and of distroless, and guesses nothing else.
    let known = |keys: &str| try_plan(&go_project(), keys).err().unwrap_or_default();
    insta::assert_snapshot!(known("user: { name: app, uid: 65532 }"), @"slipway.yaml:1:57: the number 65532 is the user `nonroot` in `gcr.io/distroless/static-debian13:nonroot`; write `user: nonroot` to run as that user, or choose another number");
    assert_eq!(known("user: { name: app, uid: 33 }, runtime: slim"), "");
    assert_eq!(known("user: { name: app, uid: 65532 }, runtime: mine:1"), "");
}

#[test]
fn folders_have_an_owner_and_bits() {
    let user = "user: { name: app, uid: 1001 }";
    let lists: Vec<_> = [
        "folders: { /data: {} }",
        "folders: { /data/: { mode: \"0750\" }, /data/in: { owner: \"33:33\" } }, user: root",
        "folders: { /var/lib/x: { owner: app }, /y: { owner: \"root:app\" }, /home/app: { mode: \"0700\" } }, files: { /z: { from: ./deploy/a, owner: \"app:app\" } }",
        "folders: { /data: { owner: root, mode: \"1777\" } }, volumes: [/data, /var/lib]",
        "folders: { /var/lib: {} }, volumes: [/var/lib], workdir: /srv/app",
        "folders: { /var/run/app: {} }, runtime: slim",
        "folders: { /data: { owner: www-data } }, runtime: mine:1",
        "folders: { /data: { owner: nonroot } }, runtime: scratch",
    ]
    .into_iter()
    .map(|keys| if keys.contains("app }") { format!("{user}, {keys}") } else { keys.to_owned() })
    .map(|keys| added(&base(PASSWD, GROUP), &keys))
    .collect();
    insta::assert_snapshot!(lists.concat(), @r#"
    folders: { /data: {} }
      over it /data 755 65532:65532
      runs as "65532:65532" 
    folders: { /data/: { mode: "0750" }, /data/in: { owner: "33:33" } }, user: root
      over it /data 750 0:0
      over it /data/in 755 33:33
      runs as "root" 
    user: { name: app, uid: 1001 }, folders: { /var/lib/x: { owner: app }, /y: { owner: "root:app" }, /home/app: { mode: "0700" } }, files: { /z: { from: ./deploy/a, owner: "app:app" } }
      over it /etc/passwd: app:x:1001:1001::/home/app:/sbin/nologin
      over it /etc/group: app:x:1001:
      over it /z of 1001:1001
      over it /home/app 700 1001:1001
      over it /var/lib/x 755 1001:1001
      over it /y 755 0:1001
      runs as "1001:1001" 
    folders: { /data: { owner: root, mode: "1777" } }, volumes: [/data, /var/lib]
      over it /data 1777 root
      runs as "65532:65532" 
    folders: { /var/lib: {} }, volumes: [/var/lib], workdir: /srv/app
      over it /srv/app 755 65532:65532
      over it /var/lib 755 65532:65532
      runs as "65532:65532" 
    folders: { /var/run/app: {} }, runtime: slim
      into the base /var/run/app 755 65532:65532
      over it /home/nonroot 755 65532:65532
      runs as "65532:65532" HOME=/home/nonroot
    folders: { /data: { owner: www-data } }, runtime: mine:1
      into the base /data 755 www-data
      into the base /home/nonroot 755 65532:65532
      runs as "65532:65532" HOME=/home/nonroot
    folders: { /data: { owner: nonroot } }, runtime: scratch
      over it /etc/passwd: root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
      over it /etc/group: nobody:x:65534: nonroot:x:65532:
      over it /root 755 0:0
      over it /tmp 1777 0:0
      over it /data 755 65532:65532
      over it /home/nonroot 755 65532:65532
      runs as "65532:65532"
    "#);
    let unwritable = |keys: &str| {
        let found = try_plan(&base(PASSWD, GROUP), keys).unwrap().contents.unwrap().unwritable;
        found.into_iter().map(|place| place.path).collect::<Vec<_>>()
    };
    assert_eq!(unwritable("volumes: [/var/lib]"), ["/var/lib"]);
    assert_eq!(unwritable("volumes: [/var/lib], folders: { /var/lib: {} }"), [""; 0]);
}

#[test]
fn wrong_folders_are_refused() {
    let lists: Vec<_> = [
        "folders: { /: {} }",
        "folders: { /proc/x: {} }",
        "folders: { /data: {}, /data/: {} }",
        "folders: { /a/../..: {} }",
        "folders: { /api: {} }",
        "folders: { /api/data: {} }",
        "folders: { /usr/local: {} }, volumes: [/api]",
        "folders: { /usr/local/bin/api: {} }, volumes: [/api]",
        "folders: { /a: {} }, files: { /a: ./deploy/a }",
        "folders: { /a/b: {} }, files: { /a: ./deploy/a }",
        "folders: { /a: { owner: somebody } }",
        "folders: { /a: { owner: \"0:wheel\" } }, runtime: mine:1",
    ]
    .into_iter()
    .map(|keys| added(&base(PASSWD, GROUP), keys))
    .collect();
    insta::assert_snapshot!(lists.concat(), @r#"
    folders: { /: {} }
      slipway.yaml:1:44: the root of an image belongs to root; name the folder that the program writes to, such as `/data`
    folders: { /proc/x: {} }
      slipway.yaml:1:44: `/proc/x` is hidden by the engine that runs the container; choose another path, such as `/data`; delete this one
    folders: { /data: {}, /data/: {} }
      slipway.yaml:1:55: `folders` has `/data` twice (the first one at 1:44); keep one of the two
    folders: { /a/../..: {} }
      slipway.yaml:1:44: `/a/../..` is above the root; remove the `..`
    folders: { /api: {} }
      slipway.yaml:1:44: `folders` has `/api`, but `/api` is the program of the build; choose another path, such as `/var/lib/api`
    folders: { /api/data: {} }
      slipway.yaml:1:44: `folders` has `/api/data`, but `/api` is the program of the build; choose another path, such as `/var/lib/api/data`
    folders: { /usr/local: {} }, volumes: [/api]
      slipway.yaml:1:44: `/usr/local` has the files of the build, so it belongs to root; a program must not be able to replace itself: choose another folder, such as `/usr/local/data`
    folders: { /usr/local/bin/api: {} }, volumes: [/api]
      slipway.yaml:1:44: the program is installed at `/usr/local/bin/api`, because `/api` is also taken (`volumes` has `/api` at 1:80); choose another path for one of the two
    folders: { /a: {} }, files: { /a: ./deploy/a }
      slipway.yaml:1:63: `/a` is both a file and a folder (`folders` also has it at 1:44); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
    folders: { /a/b: {} }, files: { /a: ./deploy/a }
      slipway.yaml:1:44: `/a/b` cannot be in the image: `/a` is a file there (`files` puts the file there at 1:65); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
    folders: { /a: { owner: somebody } }
      slipway.yaml:1:57: there is no user `somebody` in `gcr.io/distroless/static-debian13:nonroot`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
    folders: { /a: { owner: "0:wheel" } }, runtime: mine:1
      slipway.yaml:1:57: there is no group `wheel` in `mine:1`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
    "#);
    // The program is out of the way because of the volume.
    assert_eq!(try_plan(&base(PASSWD, GROUP), "folders: { /api: { mode: \"0700\" } }, volumes: [/api]").err(), None);
    assert_eq!(try_plan(&base(PASSWD, GROUP), "folders: { /usr/local/lib/x: {} }, volumes: [/api]").err(), None);
}
