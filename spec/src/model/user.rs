//! The user that an image runs as: one that its base has, or a new one.

use serde_json::Value;

use super::form;
use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Span, Template};

record! {
    /// A new user of an image, and its group of the same name. If the base already has this user with the same values,
    /// nothing is added.
    pub struct NewUser as "a user" {
        /// The name of the user and of its group.
        /// Example: `app`
        name: Template where form::user_name,
        /// The number of the user.
        /// Example: `1001`
        uid: Template where form::id,
        /// The number of its group. If it is the number of a group of the base, the user joins that group.
        /// Default: the number of the user
        /// Example: `1001`
        gid: Option<Template> where form::id,
        /// The home directory; it is created and belongs to the user.
        /// Default: the folder of its name in `/home`
        /// Example: `/var/lib/app`
        home: Option<Template> where form::absolute,
    }
}

/// The user that an image runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageUser {
    /// `user` or `user:group`, each a name of the base or a number.
    Existing(Template),
    /// A new user.
    New(Box<NewUser>),
}

impl ImageUser {
    /// Where it is written.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Existing(text) => text.span,
            Self::New(user) => user.name.span,
        }
    }

    /// The number or the text that determines whether it is root.
    #[must_use]
    pub fn identity(&self) -> &Template {
        match self {
            Self::Existing(text) => text,
            Self::New(user) => &user.uid,
        }
    }

    /// Its texts.
    #[must_use]
    pub fn texts(&self) -> Vec<&Template> {
        match self {
            Self::Existing(text) => vec![text],
            Self::New(user) => {
                let optional = [user.gid.as_ref(), user.home.as_ref()].into_iter().flatten();
                [&user.name, &user.uid].into_iter().chain(optional).collect()
            }
        }
    }
}

impl Decode for ImageUser {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            return NewUser::decode(node, cx).map(|user| Self::New(Box::new(user)));
        }
        let text = Template::decode(node, cx)?;
        form::user(&text, cx);
        Some(Self::Existing(text))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), NewUser::schema(schemas)])
    }
}
