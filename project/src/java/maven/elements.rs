//! The elements of a `pom.xml`, each with its ancestors.

use std::sync::Arc;

use roxmltree::Node;

/// The maximum nesting of elements; poms have about a dozen levels.
const DEEPEST: usize = 200;
/// The maximum number of children that are searched for a single element.
const MOST_CHILDREN: usize = 200;

/// The ancestors of an element.
#[derive(Debug, Default, Clone)]
pub(super) struct Above {
    depth: usize,
    /// Whether it is in a profile.
    pub(super) in_profile: bool,
    /// The name of the plugin that it configures.
    pub(super) plugin: Option<Arc<str>>,
    /// Whether it is only managed.
    pub(super) is_managed: bool,
    /// Whether it is in a repository.
    pub(super) in_repository: bool,
    /// Whether it is in an element that may name files.
    pub(super) about_files: bool,
    /// Whether the element is a property of the model.
    pub(super) is_properties: bool,
}

/// All elements in document order, each with its position: collected in one pass from the top, so that a deep tree
/// takes no longer than a wide one.
pub(super) fn walk<'a, 'input>(root: Node<'a, 'input>) -> Result<Vec<(Node<'a, 'input>, Above)>, String> {
    let mut found = Vec::new();
    let mut open = vec![(root, Above::default())];
    while let Some((node, above)) = open.pop() {
        if above.depth > DEEPEST {
            let line = node.document().text_pos_at(node.range().start).row;
            return Err(format!("line {line} has more than {DEEPEST} nested elements"));
        }
        let name = node.tag_name().name();
        let is_model =
            above.depth == 0 || node.parent().is_some_and(|above| is(above, "project") || is(above, "profile"));
        let below = Above {
            depth: above.depth + 1,
            in_profile: above.in_profile || name == "profile",
            plugin: if name == "plugin" {
                text_of(node, "artifactId").or_else(|| Some(String::new())).map(Arc::from)
            } else {
                above.plugin.clone()
            },
            is_managed: above.is_managed || name == "dependencyManagement",
            in_repository: above.in_repository || ["repository", "pluginRepository"].contains(&name),
            about_files: above.about_files || ["build", "properties"].contains(&name),
            is_properties: name == "properties" && is_model,
        };
        let first = open.len();
        open.extend(node.children().filter(Node::is_element).map(|child| (child, below.clone())));
        // The list is a stack: the last one is processed first.
        if let Some(added) = open.get_mut(first..) {
            added.reverse();
        }
        found.push((node, above));
    }
    Ok(found)
}

/// Whether a node is an element with a name.
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

/// The first child element with a name.
pub(super) fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    // No element of the model has more children.
    node.children().take(MOST_CHILDREN).find(|child| is(*child, name))
}

/// The text of the first child element with a name.
pub(super) fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name)?.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
