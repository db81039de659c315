//! One `pom.xml`: who it is, what it needs of its own repository, and what it says of the release of Java.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
/// What a `pom.xml` says, as far as it matters here. Profiles count as if all of them were active, since that is decided while Maven runs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Pom {
    pub(super) artifact: String,
    group: Option<String>,
    /// The parent's group and name, and where it is said to be.
    pub(super) parent: Option<(Coordinates, String)>,
    /// Whether it makes nothing itself.
    pub(super) is_parent: bool,
    /// Folders of its modules, as they are written; the flag tells of those that only a profile has.
    pub(super) modules: Vec<(String, bool)>,
    pub(super) properties: BTreeMap<String, String>,
    /// What it names: dependencies, plugins, extensions, processors of annotations.
    pub(super) uses: Vec<Coordinates>,
    /// What it takes versions from.
    pub(super) imports: Vec<Coordinates>,
    /// Whether it wants what another module's tests are made of.
    pub(super) wants_tests: bool,
    /// The releases of Java that it names, each with the place that says so.
    pub(super) java: Vec<(String, String)>,
    /// The classes that it says have `main`.
    pub(super) mains: Vec<String>,
    /// Texts that may be files.
    pub(super) paths: Vec<String>,
    /// Whether it says anything of texts for people, which are inputs then.
    pub(super) names_documents: bool,
}

/// What an artifact is called; variables are filled in where the `pom.xml` itself tells them.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinates {
    pub(super) group: Option<String>,
    pub(super) artifact: String,
}

/// Properties by which projects tell the release of Java, the one that decides first.
const RELEASES: &[&str] = &["maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source"];

impl Pom {
    /// Reads one; what is wrong with it comes back in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let document = Document::parse(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
        let root = document.root_element();
        let parent = child(root, "parent").map(|parent| {
            let group = text_of(parent, "groupId");
            let artifact = text_of(parent, "artifactId").unwrap_or_default();
            let place = match child(parent, "relativePath") {
                Some(node) => node.text().unwrap_or_default().trim().to_owned(),
                None => "../pom.xml".to_owned(),
            };
            (Coordinates { group, artifact }, place)
        });
        let mut pom = Self {
            artifact: text_of(root, "artifactId").unwrap_or_default(),
            group: text_of(root, "groupId"),
            parent,
            is_parent: text_of(root, "packaging").is_some_and(|packaging| packaging == "pom"),
            names_documents: [".md", ".adoc", "LICENSE"].iter().any(|name| text.contains(name)),
            ..Self::default()
        };
        for properties in root.descendants().filter(|node| is(*node, "properties")) {
            let is_model = properties.parent().is_some_and(|parent| parent == root || is(parent, "profile"));
            for property in properties.children().filter(|node| is_model && node.is_element()) {
                let value = property.text().unwrap_or_default().trim().to_owned();
                pom.properties.entry(property.tag_name().name().to_owned()).or_insert(value);
            }
        }
        for node in root.descendants().filter(Node::is_element) {
            pom.see(node);
        }
        let properties = &pom.properties;
        let java = RELEASES.iter().filter_map(|key| Some((fill(properties.get(*key)?, properties), (*key).to_owned())));
        pom.java.splice(0..0, java.collect::<Vec<_>>());
        // One that stands for a variable of somebody else's says nothing.
        pom.java.retain(|(value, _)| !value.is_empty() && !value.contains('$'));
        pom.mains.extend(["start-class", "exec.mainClass"].iter().filter_map(|key| pom.properties.get(*key).cloned()));
        pom.mains.retain(|class| !class.is_empty() && !class.contains('$'));
        pom.mains.sort();
        pom.mains.dedup();
        Ok(pom)
    }

    /// Its own group, or its parent's.
    pub(super) fn group(&self) -> Option<&str> {
        self.group.as_deref().or_else(|| self.parent.as_ref()?.0.group.as_deref())
    }

    /// Whether coordinates of another one may mean this one: they may hold variables, and then the name alone decides.
    pub(super) fn is(&self, coordinates: &Coordinates) -> bool {
        let literal = |group: &str| !group.contains('$');
        self.artifact == coordinates.artifact
            && match (
                self.group().filter(|own| literal(own)),
                coordinates.group.as_deref().filter(|group| literal(group)),
            ) {
                (Some(own), Some(group)) => own == group,
                _ => true,
            }
    }

    /// Takes from one element what it says.
    fn see(&mut self, node: Node<'_, '_>) {
        let name = node.tag_name().name();
        let value = node.text().map(str::trim).unwrap_or_default();
        match name {
            "module" | "subproject" if !value.is_empty() => {
                let in_profile = node.ancestors().any(|above| is(above, "profile"));
                if node.parent().is_some_and(|list| is(list, "modules") || is(list, "subprojects")) {
                    self.modules.push((fill(value, &self.properties), in_profile));
                }
            }
            "artifactId" => self.see_coordinates(node),
            "mainClass" if node.ancestors().any(|above| is(above, "plugin")) => {
                self.mains.push(fill(value, &self.properties));
            }
            "release" | "source" | "target" | "version" if is_java_of_plugin(node) => {
                self.java.push((fill(value, &self.properties), format!("<{name}> of a plugin")));
            }
            _ => {}
        }
        let is_leaf = !node.children().any(|below| below.is_element());
        let about_files = node.ancestors().any(|above| is(above, "build") || is(above, "properties"));
        if is_leaf && about_files && value.contains('/') && !value.contains("://") && value.len() < 256 {
            self.paths.push(fill(value, &self.properties));
        }
    }

    /// An element that names an artifact, other than this one itself.
    fn see_coordinates(&mut self, node: Node<'_, '_>) {
        let Some(owner) = node.parent_element() else { return };
        let Some(artifact) = node.text().map(|text| fill(text.trim(), &self.properties)) else { return };
        if ["project", "parent", "exclusion"].contains(&owner.tag_name().name()) {
            return;
        }
        let own = self.group().map(str::to_owned);
        let group = text_of(owner, "groupId").map(|group| match group.as_str() {
            "${project.groupId}" | "${pom.groupId}" | "${groupId}" => own.unwrap_or(group),
            "${project.parent.groupId}" | "${parent.groupId}" => {
                self.parent.as_ref().and_then(|(parent, _)| parent.group.clone()).unwrap_or(group)
            }
            _ => fill(&group, &self.properties),
        });
        let coordinates = Coordinates { group, artifact };
        let is_managed = node.ancestors().any(|above| is(above, "dependencyManagement"));
        if is_managed {
            // What is only managed is used by those that name it.
            if text_of(owner, "scope").is_some_and(|scope| scope == "import") {
                self.imports.push(coordinates);
            }
            return;
        }
        self.wants_tests |= text_of(owner, "type").is_some_and(|kind| kind == "test-jar")
            || text_of(owner, "classifier").is_some_and(|classifier| classifier == "tests");
        self.uses.push(coordinates);
    }
}

/// Whether an element is the release that the compiler's plugin, or the one of toolchains, is told.
fn is_java_of_plugin(node: Node<'_, '_>) -> bool {
    let plugin = node.ancestors().find(|above| is(*above, "plugin")).and_then(|plugin| text_of(plugin, "artifactId"));
    match plugin.as_deref() {
        Some("maven-compiler-plugin") => {
            node.tag_name().name() != "version" && node.parent().is_some_and(|above| is(above, "configuration"))
        }
        Some("maven-toolchains-plugin") => {
            node.tag_name().name() == "version" && node.parent().is_some_and(|above| is(above, "jdk"))
        }
        _ => false,
    }
}

/// A text with the properties that are known put into it, as often as such properties name others.
fn fill(text: &str, properties: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let Some((before, (name, after))) =
            text.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        else {
            break;
        };
        let Some(value) = properties.get(name).filter(|value| value.len() < 256) else { break };
        text = format!("{before}{value}{after}");
    }
    text
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| is(*child, name))
}

fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name)?.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // Everything here is test code.
mod tests {
    use super::*;

    fn pom(text: &str) -> Pom {
        Pom::parse(text).unwrap()
    }

    #[test]
    fn what_a_pom_names_is_told_from_what_it_only_manages() {
        let pom = pom("<project><parent><groupId>a</groupId><artifactId>p</artifactId></parent><artifactId>x</artifactId>
            <properties><lib>shared</lib></properties>
            <dependencyManagement><dependencies><dependency><groupId>a</groupId><artifactId>managed</artifactId></dependency>
              <dependency><groupId>a</groupId><artifactId>bom</artifactId><scope>import</scope></dependency></dependencies></dependencyManagement>
            <dependencies><dependency><groupId>${project.groupId}</groupId><artifactId>${lib}</artifactId><type>test-jar</type>
              <exclusions><exclusion><groupId>a</groupId><artifactId>not</artifactId></exclusion></exclusions></dependency></dependencies>
            <build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration><release>17</release>
              <annotationProcessorPaths><path><groupId>b</groupId><artifactId>processor</artifactId></path></annotationProcessorPaths></configuration></plugin>
              <plugin><groupId>c</groupId><artifactId>checker</artifactId><configuration><file>${project.basedir}/../config/rules.xml</file>
              <mainClass>a.Main</mainClass></configuration></plugin></plugins></build>
            <profiles><profile><modules><module>extra</module></modules></profile></profiles></project>");
        let names = |list: &[Coordinates]| list.iter().map(|one| one.artifact.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(names(&pom.uses), "shared maven-compiler-plugin processor checker");
        assert_eq!(pom.uses.first().unwrap().group.as_deref(), Some("a"));
        assert_eq!(names(&pom.imports), "bom");
        assert!(pom.wants_tests);
        assert_eq!(pom.modules, [("extra".to_owned(), true)]);
        assert_eq!(pom.java, [("17".to_owned(), "<release> of a plugin".to_owned())]);
        assert_eq!(pom.mains, ["a.Main"]);
        assert_eq!(pom.paths, ["${project.basedir}/../config/rules.xml"]);
        assert_eq!(pom.parent.unwrap().1, "../pom.xml");
    }

    #[test]
    fn a_property_that_names_itself_ends() {
        assert_eq!(
            pom("<project><properties><java.version>${java.version}</java.version></properties></project>").java,
            []
        );
    }
}
