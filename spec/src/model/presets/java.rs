//! What the Java preset can be told.

use crate::Template;

words! {
    /// What builds a Java project.
    pub enum JavaTool as "tool" {
        /// Maven, by `pom.xml`.
        Maven = "maven",
        /// Gradle, by `build.gradle` or `build.gradle.kts`.
        Gradle = "gradle",
    }
}

record! {
    /// Options of a Java build; absent ones are detected or have a default.
    pub struct JavaOptions as "a java build" (Default) {
        /// Version of Java.
        /// Default: from the project's own files
        /// Example: `"21"`
        java: Option<Template>,
        /// What builds it.
        /// Default: told from the project's files
        /// Example: `gradle`
        tool: Option<JavaTool>,
        /// Whether the project's own wrapper brings it, rather than the image.
        /// Default: whether there is one
        /// Example: `false`
        wrapper: Option<bool>,
        /// The module of a project with several.
        /// Default: the root
        /// Example: `service`
        module: Option<Template>,
        /// The class that has `main`.
        /// Default: from the manifest of the jar
        /// Example: `com.acme.Report`
        main: Option<Template>,
    }
}
