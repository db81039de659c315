//! The user of an image: one of the base, or a new one in its lists of users and groups.
//!
//! The lists of a base are read before the build, so that a new user needs no step in the image: the lists with the new
//! lines are two files in a layer.

use slipway_spec::model::{ImageConfig, ImageUser, NewUser, id_mistake, user_name_mistake};
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use crate::config::DEFAULT_USER;
use crate::contents::{self, Account, Base, Brought, GROUP, Home, Kind, Lists, NewAccount, PASSWD, User};
use crate::draft::Draft;
use crate::env::env_of;
use crate::output::BuildOutput;
use crate::paths::absolute_at;
use crate::step::Container;
use crate::{BaseImage, ImageFile, Layer, LayerItem, PlanError, StepId, StepKind, emulation, shell};

/// The user of an image in the spec.
pub(crate) enum Wanted {
    /// One of the base, or numbers.
    Existing(User),
    /// A new one.
    New(NewAccount),
}

impl Wanted {
    /// The user in the spec, with every `${NAME}` replaced; without one, that of the base, or the default.
    ///
    /// # Errors
    /// An invalid text.
    pub(crate) fn of(
        draft: &mut Draft<'_>,
        config: &ImageConfig,
        of_base: Option<&str>,
        span: Span,
    ) -> Result<Self, Diagnostic> {
        Ok(match &config.user {
            None => Self::Existing(User::written(of_base.unwrap_or(DEFAULT_USER).to_owned(), span)),
            Some(ImageUser::Existing(template)) => {
                let text = draft.eval(template)?;
                contents::check_form(&text, template.span)?;
                Self::Existing(User::written(text, template.span))
            }
            Some(ImageUser::New(user)) => match new_account(draft, user)? {
                Some(account) => Self::New(account),
                // Arguments without a value, as in `--call` methods.
                None => Self::Existing(User::written(draft.eval(&user.uid)?, user.uid.span)),
            },
        })
    }
}

/// A new user; `None` if an argument in it has no value yet.
fn new_account(draft: &mut Draft<'_>, user: &NewUser) -> Result<Option<NewAccount>, Diagnostic> {
    let NewUser { name, uid, gid, home } = user;
    let texts = [Some(name), Some(uid), gid.as_ref(), home.as_ref()];
    for text in texts.into_iter().flatten() {
        if contents::is_placeholder(&draft.eval(text)?) {
            return Ok(None);
        }
    }
    Ok(Some(NewAccount {
        name: checked(draft, name, user_name_mistake)?,
        uid: number(draft, uid)?,
        gid: gid.as_ref().map(|gid| number(draft, gid)).transpose()?,
        home: user.home.as_ref().map(|home| home_of(draft, home)).transpose()?,
    }))
}

fn checked(draft: &mut Draft<'_>, template: &Template, mistake: Mistake) -> Result<Spanned<String>, Diagnostic> {
    let text = draft.eval(template)?;
    match mistake(&text) {
        Some((message, help)) => Err(Diagnostic::error(template.span, message).with_help(help)),
        None => Ok(Spanned::new(text, template.span)),
    }
}

/// What is wrong with a text, and what to write.
type Mistake = fn(&str) -> Option<(String, &'static str)>;

fn number(draft: &mut Draft<'_>, template: &Template) -> Result<Spanned<u32>, Diagnostic> {
    let text = checked(draft, template, id_mistake)?;
    Ok(Spanned::new(text.value.parse().unwrap_or_default(), text.span))
}

fn home_of(draft: &mut Draft<'_>, template: &Template) -> Result<Spanned<String>, Diagnostic> {
    let path = absolute_at(&draft.eval(template)?, template.span)?;
    if path.contains(':') {
        return Err(Diagnostic::error(template.span, format!("`{path}` cannot be a home directory"))
            .with_help("`:` separates the fields of `/etc/passwd`; choose a path without it"));
    }
    Ok(Spanned::new(path, template.span))
}

/// The user of an image, and what the image needs for it.
pub(crate) struct Planned {
    pub(crate) user: User,
    /// The lists, if all of them are known.
    pub(crate) lists: Option<Lists>,
    /// Lists that are written into the image.
    pub(crate) items: Vec<LayerItem>,
    /// Its home directory.
    pub(crate) home: Home,
    /// How a new user gets into the base; `None` if the lists are in a layer that does not depend on it.
    pub(crate) in_base: Option<InBase>,
}

/// How a new user gets into the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InBase {
    /// The lists are known, and written.
    Written,
    /// Steps of the file may have changed the lists, so that a step adds the user.
    Step(Account),
}

/// Where a user is looked up, besides the draft.
pub(crate) struct In<'a> {
    pub(crate) base: &'a Base,
    pub(crate) image: &'a BaseImage,
    pub(crate) made: Option<&'a BuildOutput>,
    pub(crate) files: &'a [Brought],
    /// The lists of a base of the file, if they are known.
    pub(crate) lists: Option<&'a Lists>,
    /// Whether the image gets what programs expect of an image without a base.
    pub(crate) furnish: bool,
    /// Whether the image has packages, whose scripts add their own users.
    pub(crate) has_packages: bool,
    /// Whether the image or its build sets `HOME`.
    pub(crate) sets_home: bool,
}

/// Plans the user of an image.
///
/// # Errors
/// A new user contradicts the base, or the base cannot be read.
pub(crate) async fn plan(draft: &Draft<'_>, wanted: Wanted, of: &In<'_>) -> Result<Planned, PlanError> {
    match wanted {
        Wanted::New(new) => new_user(draft, &new, of).await,
        Wanted::Existing(user) => existing(draft, user, of).await,
    }
}

async fn existing(draft: &Draft<'_>, user: User, of: &In<'_>) -> Result<Planned, PlanError> {
    let lists = if of.furnish { Some(Lists::new()) } else { of.lists.cloned() };
    let items = match &lists {
        Some(lists) if of.furnish => items_of(lists, &Lists::default()),
        _ => Vec::new(),
    };
    let has_home = of.sets_home || env_of(&of.image.config).iter().any(|(name, _)| name == "HOME");
    let home = match user.uid() {
        // The empty image has only the lists.
        uid if of.furnish && (uid == Some(65532) || user.name() == Some("nonroot")) => {
            Home::New { path: "/home/nonroot".to_owned(), in_env: false }
        }
        _ if of.base.kind == Kind::Scratch && !of.base.is_furnished() => Home::OfBase,
        Some(uid) if uid != 0 && !has_home => match is_listed(draft, uid, of).await? {
            Some(false) => Home::unlisted(),
            Some(true) | None => Home::OfBase,
        },
        _ => Home::OfBase,
    };
    Ok(Planned { user, lists, items, home, in_base: None })
}

/// Whether the list of users of an image has a number.
async fn is_listed(draft: &Draft<'_>, uid: u32, of: &In<'_>) -> Result<Option<bool>, PlanError> {
    if let Some(known) = contents::brought_text(draft.project, of.made, of.files, in_root(PASSWD)).await? {
        return Ok(known.map(|text| contents::has_uid(&text, uid)));
    }
    if let Some(lists) = of.lists {
        return Ok(Some(contents::has_uid(&lists.passwd, uid)));
    }
    if let Some(known) = of.base.lists_uid(uid) {
        return Ok(Some(known));
    }
    // Steps may add users.
    if of.base.part().is_some() {
        return Ok(None);
    }
    Ok(match draft.project.image_file(of.image, draft.platform, in_root(PASSWD)).await? {
        ImageFile::Found(text) => Some(contents::has_uid(&String::from_utf8_lossy(&text), uid)),
        ImageFile::Missing => Some(false),
        ImageFile::Unknown => None,
    })
}

async fn new_user(draft: &Draft<'_>, new: &NewAccount, of: &In<'_>) -> Result<Planned, PlanError> {
    for list in [PASSWD, GROUP] {
        if contents::brought_text(draft.project, of.made, of.files, in_root(list)).await?.flatten().is_some() {
            let name = &new.name.value;
            let message = format!("the image's files replace `{list}`, so the user `{name}` cannot be added to it");
            return Err(Diagnostic::error(new.name.span, message)
                .with_help(format!("add the user to that file and write `user: {name}`, or delete the file"))
                .into());
        }
    }
    let by_step = of.base.part().is_some() && of.lists.is_none() && of.base.has_shell() != Some(false);
    let (before, is_known) = match of.lists {
        Some(lists) => (lists.clone(), true),
        None if by_step => (Lists::default(), false),
        None => base_lists(draft, new, of).await?,
    };
    let mut lists = if is_known { before.clone().or_new() } else { before.clone() };
    let account = lists.add(new, &of.base.name)?;
    let items = items_of(&lists, &before);
    let set = env_of(&of.image.config).into_iter().find(|(name, _)| name == "HOME").map(|(_, home)| home);
    let in_env = !of.sets_home && set.is_some_and(|set| set != account.home);
    let home = match (account.is_new, in_env) {
        (true, in_env) => Home::New { path: account.home.clone(), in_env },
        (false, true) => Home::InEnv(account.home.clone()),
        (false, false) => Home::OfBase,
    };
    let user = User { account: Some(account.clone()), ..User::written(account.numbers(), new.uid.span) };
    let in_base = match by_step {
        true => Some(InBase::Step(account)),
        false if of.has_packages || of.base.takes_in(PASSWD, false, || false) => Some(InBase::Written),
        false => None,
    };
    Ok(Planned { user, lists: is_known.then_some(lists), items, home, in_base })
}

/// The lists of a base, empty if it has none, and whether they are known.
async fn base_lists(draft: &Draft<'_>, new: &NewAccount, of: &In<'_>) -> Result<(Lists, bool), PlanError> {
    let mut lists = Lists::default();
    if of.base.kind == Kind::Scratch {
        return Ok((lists, true));
    }
    let mut is_known = true;
    for (path, list) in [(PASSWD, &mut lists.passwd), (GROUP, &mut lists.group)] {
        match draft.project.image_file(of.image, draft.platform, in_root(path)).await? {
            ImageFile::Found(bytes) => {
                *list = String::from_utf8(bytes).map_err(|_| {
                    let message = format!("`{path}` of `{}` is not text, so no user can be added to it", of.base.name);
                    let help = "write `user` with numbers, as in `\"1001:1001\"`";
                    Diagnostic::error(new.name.span, message).with_help(help)
                })?;
            }
            ImageFile::Missing => {}
            // The lists of distroless images are those of the empty one.
            ImageFile::Unknown => is_known &= of.base.is_bare(),
        }
    }
    Ok((lists, is_known))
}

/// The lists as files, without those that do not change.
fn items_of(lists: &Lists, before: &Lists) -> Vec<LayerItem> {
    let pairs = [(PASSWD, &lists.passwd, &before.passwd), (GROUP, &lists.group, &before.group)];
    let changed = pairs.into_iter().filter(|(_, text, before)| text != before);
    let file = |(path, text, _): (&str, &String, _)| LayerItem::Text {
        path: path.to_owned(),
        content: text.clone(),
        mode: 0o644,
        owner: None,
    };
    changed.map(file).collect()
}

/// The layer of the lists with a new user.
pub(crate) fn layer(title: &str, items: Vec<LayerItem>, span: Span) -> Layer {
    let what = format!("ADD {PASSWD} {GROUP}");
    Layer { name: format!("{title} {what}"), history: what, span, items }
}

/// A base with a new user, and its layer, for the history.
pub(crate) fn into_base(
    draft: &mut Draft<'_>,
    (owner, base): (&str, &BaseImage),
    root: StepId,
    (how, layer): (InBase, Layer),
) -> (StepId, Option<Layer>) {
    let kind = match how {
        InBase::Written => StepKind::Write { root, layer: layer.clone() },
        InBase::Step(account) => {
            let platform = draft.platform;
            emulation::report(
                draft,
                platform,
                layer.span,
                "adding the user",
                "a step of the file may have added others",
            );
            let Account { name, uid, gid, home, .. } = account;
            let script = shell::offline("user", ADD);
            let run = Container::new(root, platform, env_of(&base.config)).run(script);
            StepKind::Run(run.args([name, uid.to_string(), gid.to_string(), home]))
        }
    };
    (draft.add(owner, layer.name.clone(), layer.span, kind), Some(Layer { items: Vec::new(), ..layer }))
}

const ADD: &str = shell::script(include_str!("image_user/add.sh"));

/// A path as the engine's file requests have it.
fn in_root(path: &str) -> &str {
    path.trim_start_matches('/')
}
