//! Reads one `pom.xml`: its coordinates, the modules that it requires, and its Java release.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::elements::{Above, child, is, text_of, walk};

/// The maximum number of elements, texts and attributes of one pom.
const MOST_NODES: u32 = 1_000_000;
/// Elements of plugins whose texts are names of programs and images, or arguments.
const NO_FILES: &[&str] = &["executable", "image", "name", "tag", "goal", "phase", "id", "version", "mainClass"];

/// The relevant contents of a `pom.xml`. All profiles count as active, because Maven selects them when it runs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Pom {
    pub(super) artifact: String,
    group: Option<String>,
    /// The group and name of the parent, and its path.
    pub(super) parent: Option<(Coordinates, String)>,
    /// Whether it builds no artifact itself.
    pub(super) is_parent: bool,
    /// Its packaging, if it is neither a jar nor a pom.
    pub(super) archive: Option<String>,
    /// Its version, or its parent's.
    pub(super) version: Option<String>,
    /// The file name of its artifact, as written.
    pub(super) final_name: Option<String>,
    /// Folders of its modules, as written; the flag is set for those that only a profile lists.
    pub(super) modules: Vec<(String, bool)>,
    pub(super) properties: BTreeMap<String, String>,
    /// The artifacts that it names: dependencies, plugins, extensions, annotation processors.
    pub(super) uses: Vec<Coordinates>,
    /// The artifacts whose versions it imports.
    pub(super) imports: Vec<Coordinates>,
    /// Whether it requires the compiled tests of another module.
    pub(super) wants_tests: bool,
    /// The Java releases that it names, each with its element.
    pub(super) java: Vec<(String, String)>,
    /// The classes that it names as main classes.
    pub(super) mains: Vec<String>,
    /// Texts that may be paths.
    pub(super) paths: Vec<String>,
    /// Artifacts in the repository: local Maven repositories, and jars by path.
    pub(super) installed: Vec<String>,
    /// Whether it configures documents, which are then inputs.
    pub(super) names_documents: bool,
}

/// The name of an artifact; variables are replaced if the `pom.xml` itself defines them.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinates {
    pub(super) group: Option<String>,
    pub(super) artifact: String,
}

/// Properties that name the Java release, in order of precedence.
const RELEASES: &[&str] = &[
    "maven.compiler.release",
    "java.version",
    "maven.compiler.target",
    "maven.compiler.source",
    "kotlin.compiler.jvmTarget",
];

impl Pom {
    /// Reads a pom; an error is returned as text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options);
        let document = document.map_err(|error| error.to_string())?;
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
            archive: text_of(root, "packaging").filter(|packaging| ["war", "ear", "rar"].contains(&packaging.as_str())),
            version: text_of(root, "version")
                .or_else(|| child(root, "parent").and_then(|parent| text_of(parent, "version"))),
            final_name: child(root, "build").and_then(|build| text_of(build, "finalName")),
            names_documents: [".md", ".adoc", "LICENSE"].iter().any(|name| text.contains(name)),
            ..Self::default()
        };
        let places = walk(root)?;
        for (node, above) in &places {
            if above.is_properties {
                let value = node.text().unwrap_or_default().trim().to_owned();
                pom.properties.entry(node.tag_name().name().to_owned()).or_insert(value);
            }
        }
        for (node, above) in places {
            pom.see(node, &above);
        }
        let properties = &pom.properties;
        let java = RELEASES.iter().filter_map(|key| Some((fill(properties.get(*key)?, properties), (*key).to_owned())));
        pom.java.splice(0..0, java.collect::<Vec<_>>());
        // A release with a variable from elsewhere is unknown.
        pom.java.retain(|(value, _)| !value.is_empty() && !value.contains('$'));
        pom.mains.extend(["start-class", "exec.mainClass"].iter().filter_map(|key| pom.properties.get(*key).cloned()));
        pom.mains.retain(|class| !class.is_empty() && !class.contains('$'));
        pom.mains.sort();
        pom.mains.dedup();
        Ok(pom)
    }

    /// The name of its jar according to its own `finalName` or its parent's; `None` if that has an unknown variable.
    pub(super) fn jar_name(&self, written: &str) -> Option<String> {
        let mut properties = self.properties.clone();
        for prefix in ["project.", "pom.", ""] {
            properties.insert(format!("{prefix}artifactId"), self.artifact.clone());
            properties.extend(self.version.clone().map(|version| (format!("{prefix}version"), version)));
        }
        Some(fill(written, &properties)).filter(|name| !name.contains(['$', '/'])).map(|name| format!("{name}.jar"))
    }

    /// Its own group, or its parent's.
    pub(super) fn group(&self) -> Option<&str> {
        self.group.as_deref().or_else(|| self.parent.as_ref()?.0.group.as_deref())
    }

    /// Whether the coordinates of another pom may refer to this one: with variables in them, only the name decides.
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

    /// Reads one element.
    fn see(&mut self, node: Node<'_, '_>, above: &Above) {
        let name = node.tag_name().name();
        let value = node.text().map(str::trim).unwrap_or_default();
        match name {
            "module" | "subproject"
                if !value.is_empty()
                    && node.parent().is_some_and(|list| is(list, "modules") || is(list, "subprojects")) =>
            {
                self.modules.push((fill(value, &self.properties), above.in_profile));
            }
            "artifactId" => self.see_coordinates(node, above),
            "mainClass" if above.plugin.is_some() => self.mains.push(fill(value, &self.properties)),
            "release" | "source" | "target" | "version" | "jvmTarget" if is_java_of_plugin(node, above) => {
                self.java.push((fill(value, &self.properties), format!("<{name}> of a plugin")));
            }
            "url" if above.in_repository => self.installed.extend(local_place(&fill(value, &self.properties))),
            "systemPath" => self.installed.extend(local_place(&format!("file:{}", fill(value, &self.properties)))),
            _ => {}
        }
        let is_leaf = !node.children().any(|below| below.is_element());
        // Names of programs and their arguments are not files of the module.
        let is_file = !NO_FILES.contains(&name);
        if is_leaf && above.about_files && is_file && value.contains('/') && !value.contains("://") && value.len() < 256
        {
            self.paths.push(fill(value, &self.properties));
        }
    }

    /// An element that names another artifact.
    fn see_coordinates(&mut self, node: Node<'_, '_>, above: &Above) {
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
        if above.is_managed {
            // A managed artifact is used only where another element names it.
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

/// A file or folder of the repository from which Maven takes artifacts.
fn local_place(text: &str) -> Option<String> {
    let place = text.strip_prefix("file:")?.trim_start_matches("//");
    (!place.starts_with('/') && !place.is_empty() && place.len() < 256).then(|| place.to_owned())
}

/// Whether an element is the release in the configuration of the compiler plugin or the toolchains plugin.
fn is_java_of_plugin(node: Node<'_, '_>, above: &Above) -> bool {
    let name = node.tag_name().name();
    let parent = |name: &str| node.parent().is_some_and(|above| is(above, name));
    match above.plugin.as_deref() {
        Some("maven-compiler-plugin") => !["version", "jvmTarget"].contains(&name) && parent("configuration"),
        Some("kotlin-maven-plugin") => name == "jvmTarget" && parent("configuration"),
        Some("maven-toolchains-plugin") => name == "version" && parent("jdk"),
        _ => false,
    }
}

/// A text with known properties replaced, as deep as properties refer to each other.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)] // Everything here is test code.
mod tests {
    use super::*;

    fn pom(text: &str) -> Pom {
        Pom::parse(text).unwrap()
    }

    #[test]
    fn a_pom_names_artifacts_or_only_manages_them() {
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
    fn local_artifacts_are_found() {
        let pom = pom("<project><repositories><repository><id>own</id><url>file://${project.basedir}/../repo</url></repository>
            <repository><url>https://example.com/a</url></repository></repositories>
            <dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><scope>system</scope><systemPath>${basedir}/lib/b.jar</systemPath></dependency></dependencies></project>");
        assert_eq!(pom.installed, ["${project.basedir}/../repo", "${basedir}/lib/b.jar"]);
    }

    #[test]
    fn the_release_of_kotlin_counts() {
        let pom = pom(
            "<project><build><plugins><plugin><artifactId>kotlin-maven-plugin</artifactId><configuration><jvmTarget>17</jvmTarget></configuration></plugin></plugins></build></project>",
        );
        assert_eq!(pom.java, [("17".to_owned(), "<jvmTarget> of a plugin".to_owned())]);
    }

    #[test]
    fn a_deep_pom_is_rejected_and_a_long_one_is_read() {
        let start = std::time::Instant::now();
        let deep = format!("<project>\n{}{}</project>", "<a>".repeat(300_000), "</a>".repeat(300_000));
        assert_eq!(Pom::parse(&deep).unwrap_err(), "line 2 has more than 200 nested elements");
        println!("deep {:?}", start.elapsed());
        let many = "<artifactId>a</artifactId>".repeat(5_000);
        let wide = format!("<project><dependencies><dependency>{many}</dependency></dependencies></project>");
        assert_eq!(Pom::parse(&wide).unwrap().uses.len(), 5_000);
        assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
    }

    #[test]
    fn the_jar_has_the_name_from_the_pom() {
        let of = |text: &str| {
            let pom = Pom::parse(&format!("<project><artifactId>a</artifactId><version>1</version>{text}</project>"))
                .unwrap();
            pom.final_name.as_deref().and_then(|name| pom.jar_name(name))
        };
        let named =
            |name: &str| of(&format!("<properties><x>y</x></properties><build><finalName>{name}</finalName></build>"));
        assert_eq!(of(""), None);
        assert_eq!(named("app").as_deref(), Some("app.jar"));
        assert_eq!(named("${project.artifactId}-${x}-${project.version}").as_deref(), Some("a-y-1.jar"));
        assert_eq!(named("${unknown}"), None);
        assert_eq!(
            Pom::parse("<project><packaging>war</packaging></project>").unwrap().archive.as_deref(),
            Some("war")
        );
    }

    #[test]
    fn a_property_may_refer_to_itself() {
        assert_eq!(
            pom("<project><properties><java.version>${java.version}</java.version></properties></project>").java,
            []
        );
    }
}
