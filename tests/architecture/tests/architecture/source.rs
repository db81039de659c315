//! Reads the sources of a crate: its modules, and the modules that their paths refer to.
//!
//! It reads tokens rather than syntax, so that paths in macros count as well. Test code does not count: a test may use
//! anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// A file and the file that it uses, both relative to `src`.
pub(crate) type Edges = BTreeSet<(String, String)>;

/// A module's path from the root of its crate.
type ModulePath = Vec<String>;

/// The modules of a crate.
#[derive(Default)]
pub(crate) struct Crate {
    modules: BTreeMap<ModulePath, Module>,
}

#[derive(Default)]
struct Module {
    file: String,
    /// The targets of its `use` lines, by local name.
    names: BTreeMap<String, Vec<String>>,
    /// Paths in its code.
    paths: Vec<Vec<String>>,
}

/// The target of a path.
struct Leads<'c> {
    file: &'c String,
    /// Whether it is an item in the file, rather than the whole module.
    to_item: bool,
}

impl Crate {
    /// Reads the crate in a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let src = folder.join("src");
        let root = if src.join("lib.rs").is_file() { "lib.rs" } else { "main.rs" };
        Self::from(root, &|name| fs::read_to_string(src.join(name)).ok())
    }

    /// A crate from the given files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self::from("lib.rs", &|name| files.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()))
    }

    fn from(root: &str, read: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut all = Self::default();
        all.file(&Vec::new(), root, "", read);
        all
    }

    fn file(&mut self, path: &ModulePath, file: &str, folder: &str, read: &dyn Fn(&str) -> Option<String>) {
        let text = read(file).unwrap_or_else(|| panic!("there is no {file}"));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        self.modules.insert(path.clone(), Module { file: file.to_owned(), ..Module::default() });
        let mut children = Vec::new();
        self.module(path, file, tokens, &mut children);
        for child in children {
            let name = child.last().unwrap().clone();
            let inside = format!("{folder}{name}/");
            let flat = format!("{folder}{name}.rs");
            let file = if read(&flat).is_some() { flat } else { format!("{inside}mod.rs") };
            self.file(&child, &file, &inside, read);
        }
    }

    /// Reads the tokens of a module, and records modules in separate files.
    fn module(&mut self, path: &ModulePath, file: &str, tokens: TokenStream, children: &mut Vec<ModulePath>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        let mut is_public = false;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(sign) if sign.as_char() == '#' && is_for_tests(tokens.get(at + 1)) => {
                    at = end_of_item(&tokens, at + 2);
                }
                TokenTree::Ident(word) if *word == "pub" => {
                    is_public = true;
                    at += if matches!(tokens.get(at + 1), Some(TokenTree::Group(_))) { 2 } else { 1 };
                }
                TokenTree::Ident(word) if *word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), Some(next)) = (tokens.get(at + 1), tokens.get(at + 2)) {
                        let child: ModulePath = path.iter().cloned().chain([name.to_string()]).collect();
                        match next {
                            TokenTree::Group(group) => {
                                self.modules
                                    .insert(child.clone(), Module { file: file.to_owned(), ..Module::default() });
                                self.module(&child, file, group.stream(), &mut Vec::new());
                            }
                            _ => children.push(child),
                        }
                    }
                    is_public = false;
                    at += 3;
                }
                TokenTree::Ident(word) if *word == "use" => {
                    let end = end_of_item(&tokens, at);
                    let mut found = Vec::new();
                    used(&tokens[at + 1..end - 1], &[], &mut found);
                    let module = self.modules.get_mut(path).unwrap();
                    for (name, target) in found {
                        // Re-exports are not uses.
                        if !is_public {
                            module.paths.push(target.clone());
                        }
                        module.names.insert(name, target);
                    }
                    is_public = false;
                    at = end;
                }
                _ => {
                    is_public = false;
                    let module = self.modules.get_mut(path).unwrap();
                    at = follow(&tokens, at, &mut module.paths);
                }
            }
        }
    }

    /// All dependencies between files.
    pub(crate) fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (path, module) in &self.modules {
            for used in &module.paths {
                // The name of a module alone is not a use of its contents.
                if let Some(Leads { file, to_item: true }) = self.leads_to(path, used, 0)
                    && *file != module.file
                {
                    edges.insert((module.file.clone(), file.clone()));
                }
            }
        }
        edges
    }

    /// The target of a path in a module; `None` in another crate.
    fn leads_to(&self, from: &ModulePath, path: &[String], depth: usize) -> Option<Leads<'_>> {
        let (first, rest) = path.split_first()?;
        let (mut module, rest) = match first.as_str() {
            "crate" => (Vec::new(), rest),
            "self" => (from.clone(), rest),
            "super" => (from[..from.len().checked_sub(1)?].to_vec(), rest),
            _ if self.child(from, first).is_some() => (from.clone(), path),
            name => {
                let target = self.modules[from].names.get(name).filter(|target| target[..] != path[..1])?;
                let whole: Vec<String> = target.iter().chain(rest).cloned().collect();
                return if depth < 20 { self.leads_to(from, &whole, depth + 1) } else { None };
            }
        };
        for (place, name) in rest.iter().enumerate() {
            if name == "super" {
                module.pop();
            } else if let Some(child) = self.child(&module, name) {
                module = child;
            } else if let Some(target) = self.modules[&module].names.get(name)
                && depth < 20
            {
                let whole: Vec<String> = target.iter().chain(&rest[place + 1..]).cloned().collect();
                return self.leads_to(&module, &whole, depth + 1);
            } else {
                return Some(Leads { file: &self.modules.get(&module)?.file, to_item: true });
            }
        }
        Some(Leads { file: &self.modules.get(&module)?.file, to_item: false })
    }

    fn child(&self, module: &ModulePath, name: &str) -> Option<ModulePath> {
        let child: ModulePath = module.iter().cloned().chain([name.to_owned()]).collect();
        self.modules.contains_key(&child).then_some(child)
    }
}

/// Whether an attribute restricts the following item to tests.
fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    matches!(attribute, Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The position after an item, which ends with a `;` or with braces.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(sign) => sign.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_use(tokens, start),
        _ => false,
    };
    tokens[start..].iter().position(is_end).map_or(tokens.len(), |place| start + place + 1)
}

/// Whether an item is a `use`, whose braces do not end it.
fn is_use(tokens: &[TokenTree], start: usize) -> bool {
    tokens[start..].iter().take(3).any(|token| matches!(token, TokenTree::Ident(word) if *word == "use"))
}

/// Whether there is a `::` at a position.
fn is_joint(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(sign)) if sign.as_char() == ':' => Some(sign.spacing()),
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}

/// The names and paths of a `use`.
fn used(tokens: &[TokenTree], before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let mut path = before.to_vec();
    let mut at = 0;
    let mut name = None;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) if *word == "as" => {
                name = tokens.get(at + 1).map(ToString::to_string);
                at += 2;
            }
            TokenTree::Ident(word) if *word == "self" && !path.is_empty() => at += 1,
            TokenTree::Ident(word) => {
                path.push(word.to_string());
                at += 1;
            }
            TokenTree::Punct(sign) if sign.as_char() == '*' => {
                path.push("*".to_owned());
                at += 1;
            }
            TokenTree::Group(group) => {
                for part in split(group) {
                    used(&part, &path, found);
                }
                return;
            }
            _ => at += 1,
        }
    }
    if let Some(last) = name.or_else(|| path.last().cloned()) {
        found.push((last, path));
    }
}

/// The parts of a list, between its commas.
fn split(group: &Group) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    tokens.split(is_comma).filter(|part| !part.is_empty()).map(<[TokenTree]>::to_vec).collect()
}

/// Records the path at a position, or the paths of a group, and returns the position after it.
fn follow(tokens: &[TokenTree], start: usize, paths: &mut Vec<Vec<String>>) -> usize {
    match &tokens[start] {
        TokenTree::Group(group) => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut at = 0;
            while at < inside.len() {
                at = follow(&inside, at, paths);
            }
            start + 1
        }
        TokenTree::Ident(first) => {
            let mut path = vec![first.to_string()];
            let mut at = start + 1;
            while is_joint(tokens, at) {
                let Some(TokenTree::Ident(word)) = tokens.get(at + 2) else { break };
                path.push(word.to_string());
                at += 3;
            }
            // A single word is a local name, or one that was counted for a `use`.
            if path.len() > 1 {
                paths.push(path);
            }
            at
        }
        _ => start + 1,
    }
}
