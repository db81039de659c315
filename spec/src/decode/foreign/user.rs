//! Keys of users, owners and folders of images: those of Dockerfiles, Kubernetes and Ansible.

use super::Means::{Key, Say};
use super::line::{FOLDER, Foreign, IMAGE, USER, at};

pub(super) const KEYS: &[Foreign] = &[
    at(
        IMAGE,
        "a Dockerfile, Kubernetes",
        &[
            "adduser",
            "useradd",
            "addgroup",
            "groupadd",
            "users",
            "username",
            "uid",
            "gid",
            "group",
            "home",
            "runasuser",
            "runasgroup",
            "runasnonroot",
            "fsgroup",
        ],
        Say(
            "use the key `user`: `user: \"1001:1001\"` to run as these numbers, or `user: { name: app, uid: 1001 }` to \
             also add the user to the image",
        ),
    ),
    at(
        IMAGE,
        "a Dockerfile",
        &["chown", "chmod", "owner", "permissions"],
        Say("write it for a path, as in `folders: { /data: { owner: \"1001:1001\", mode: \"0750\" } }`; entries of \
             `files` have the same keys"),
    ),
    at(
        IMAGE,
        "a Dockerfile",
        &["mkdir", "folder", "directories", "dirs", "tmpdirs"],
        Say("write each path as a key, as in `folders: { /data: {} }`"),
    ),
    at(FOLDER, "cloud-init", &["uid", "gid", "user", "group"], Key("owner")),
    at(FOLDER, "cloud-init", &["path", "name"], Say("the key above is the path; delete it")),
    at(
        FOLDER,
        "Ansible",
        &["recursive", "recurse"],
        Say("only the folder itself has this owner, so that a program cannot change its files; delete it"),
    ),
    at(FOLDER, "a Dockerfile", &["from", "content", "files"], Say("write files in `files` of the image")),
    at(USER, "Ansible", &["id"], Key("uid")),
    at(USER, "Ansible", &["user", "username", "login"], Key("name")),
    at(USER, "Ansible", &["home_dir", "homedir", "home_directory", "directory", "dir"], Key("home")),
    at(USER, "Kubernetes", &["runasuser"], Key("uid")),
    at(USER, "Kubernetes", &["runasgroup", "fsgroup"], Key("gid")),
    at(
        USER,
        "Ansible",
        &["group", "groups"],
        Say("the group has the name of the user; write its number in `gid`, or that of a group of the base"),
    ),
    at(
        USER,
        "Ansible",
        &["shell", "system", "create_home", "createhome", "password", "comment", "gecos", "no_create_home"],
        Say("the user has a home directory and cannot log in; delete it"),
    ),
];
