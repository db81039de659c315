//! Environments: lists of variables, in the order in which they were set.

use std::collections::HashMap;

use serde_json::Value;

use crate::image::BaseImage;

/// Names and values of the variables in an image config.
pub(crate) fn env_of(config: &Value) -> Vec<(String, String)> {
    let list = config.pointer("/config/Env").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|entry| entry.as_str()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The environment of programs in an image.
pub(crate) fn base_env(image: &BaseImage) -> Vec<(String, String)> {
    env_of(&image.config)
}

/// Sets a variable in its existing position, if any.
pub(crate) fn set(env: &mut Vec<(String, String)>, name: &str, value: &str) {
    match env.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => value.clone_into(known),
        None => env.push((name.to_owned(), value.to_owned())),
    }
}

/// Sets several variables.
pub(crate) fn set_all(env: &mut Vec<(String, String)>, more: &[(String, String)]) {
    // An image may have thousands.
    let mut places: HashMap<String, usize> =
        env.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
    for (name, value) in more {
        match places.get(name).and_then(|place| env.get_mut(*place)) {
            Some((_, known)) => value.clone_into(known),
            None => {
                places.insert(name.clone(), env.len());
                env.push((name.clone(), value.clone()));
            }
        }
    }
}
